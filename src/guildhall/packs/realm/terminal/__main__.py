"""The program: `guildhall realm chat`, or `python -m guildhall.packs.realm.terminal`."""

import asyncio
import os
import sys
from typing import Annotated

import typer
from msgspec import Meta

from guildhall.arguments import taken_as
from guildhall.packs.realm.terminal.app import ChatApp
from guildhall.packs.realm.terminal.client import ChatClient
from guildhall.packs.realm.terminal.errors import ChatError
from guildhall.packs.realm.terminal.plain import Options, run_plain

Patience = Annotated[float, Meta(ge=1, le=86_400)]
_HERE = "http://127.0.0.1:8000"


def chat(
    server: Annotated[str, typer.Option(help="The server's name or id.")],
    channel: Annotated[str, typer.Option(help="The channel's name or id.")] = "general",
    url: Annotated[
        list[str] | None,
        typer.Option("--url", help=f"Address of the API, {_HERE} if none; several times: the next when one is dead."),
    ] = None,
    token: Annotated[
        str,
        typer.Option(
            envvar="GUILDHALL_TOKEN",
            help="An API token with the scopes realm:read, realm:write and live:connect. The environment is the safer "
            "place: others on the machine may see options.",
        ),
    ] = "",
    plain: Annotated[bool, typer.Option("--plain", help="Lines in and out, for pipes and scripts.")] = False,
    history: Annotated[int, typer.Option(min=0, max=100, help="With --plain: how many of the last come first.")] = 10,
    follow: Annotated[bool, typer.Option("--follow", help="With --plain: go on at the end of the input.")] = False,
    patience: Annotated[
        float,
        typer.Option(
            parser=taken_as(Patience), metavar="FLOAT", help="With --plain: seconds for which no server may answer."
        ),
    ] = 60.0,
) -> None:
    """Chat in a channel of a server, as the character of the token's owner.

    The exit status: 0 when all messages were sent, 1 when one was refused, 2 for no such server or channel, 3 for a
    token that is not good, 4 when no server answers.
    """
    try:
        if not token:
            raise typer.BadParameter("Give a token, or set GUILDHALL_TOKEN.", param_hint="--token")
        client = ChatClient(url or [_HERE], token)
        if plain:
            options = Options(history, follow, patience)
            status = asyncio.run(run_plain(client, server, channel, options, sys.stdout, sys.stderr, 0))
        else:
            if not (sys.stdin.isatty() and sys.stderr.isatty()):  # Textual draws on standard error
                raise typer.BadParameter("This is no terminal: use it for pipes and scripts.", param_hint="--plain")
            app = ChatApp(client, server, channel)
            status = app.run() or app.return_code or 0
            if app.failure is not None:
                raise app.failure
    except ChatError as error:
        typer.echo(f"guildhall: {error}", err=True)
        raise typer.Exit(error.exit_status) from error
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(1) from None
    except KeyboardInterrupt:
        raise typer.Exit(130) from None
    raise typer.Exit(status)


commands = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
commands.command(context_settings={"help_option_names": ["-h", "--help"]})(chat)

if __name__ == "__main__":
    commands(prog_name="guildhall realm chat")
