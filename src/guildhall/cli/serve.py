"""`guildhall serve`."""

from enum import StrEnum
from typing import Annotated

import typer

from guildhall.boot.database import database_url
from guildhall.boot.serve import serve as run_server
from guildhall.cli.session import CommandSession, run_loop, start_logs
from guildhall.collector import hold_off


class RoleOption(StrEnum):
    """The role of a process."""

    ALL = "all"
    WEB = "web"
    WORKER = "worker"


def serve(
    ctx: typer.Context,
    role: Annotated[RoleOption, typer.Option(help="Only the web server, only the worker, or both.")] = RoleOption.ALL,
    host: Annotated[str | None, typer.Option(help="Address to listen on, instead of GUILDHALL_WEB_HOST.")] = None,
    port: Annotated[
        int | None,
        typer.Option(min=0, max=65535, help="Port, instead of GUILDHALL_WEB_PORT; 0 takes a free one."),
    ] = None,
) -> None:
    """Serve the API and run the jobs, until interrupted."""
    hold_off()
    session: CommandSession = ctx.obj
    configuration = session.configuration
    start_logs(configuration)
    if host is not None:
        configuration.web.host = host
    if port is not None:
        configuration.web.port = port
    with database_url(configuration.main) as url:
        run_loop(run_server(configuration, url, role.value))
