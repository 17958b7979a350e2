"""The entry point: puts the commands together and tells failures in one line."""

import os
import sys
from typing import Annotated

import typer

from guildhall import __version__
from guildhall.boot.features import FEATURES
from guildhall.boot.packs import all_packs
from guildhall.cli import cache, db, demo, docs, jobs, packs, sandbox, serve, users
from guildhall.cli.session import CommandSession
from guildhall.errors import GuildhallError, Misconfigured

app = typer.Typer(
    name="guildhall",
    help="The backend that game-companion apps need.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(db.commands, name="db")
app.add_typer(jobs.commands, name="jobs")
app.add_typer(cache.commands, name="cache")
app.add_typer(packs.commands, name="packs")
app.add_typer(users.commands, name="users")
app.command("serve")(serve.serve)
app.command("demo")(demo.demo)
app.command("sandbox")(sandbox.sandbox)
app.command("docs", hidden=True)(docs.docs)


@app.callback(invoke_without_command=True)
def start(
    ctx: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version and exit.")] = False,
) -> None:
    """Settings come from the environment and from .env; docs/settings.md names them all."""
    if version:
        print(f"guildhall {__version__}")
        raise typer.Exit
    ctx.obj = CommandSession()


def main() -> None:
    """Run. Exit status 1 for a failure that may pass, 2 for one that somebody must mend."""
    try:
        for one in (*FEATURES, *all_packs()):
            if one.commands is not None:
                app.add_typer(one.commands, name=one.name)
        app()
    except Misconfigured as error:
        print(f"guildhall: {error}", file=sys.stderr)
        sys.exit(2)
    except GuildhallError as error:
        print(f"guildhall: {error}", file=sys.stderr)
        sys.exit(1)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
