"""`guildhall sandbox …`."""

import asyncio
import contextlib
import re
import signal
from pathlib import Path
from typing import Annotated, Any

import typer
from msgspec import Meta

from guildhall.arguments import taken_as
from guildhall.boot.listening import bind
from guildhall.boot.sandbox import overrides, serve_sandbox
from guildhall.cli.session import CommandSession, run_loop, start_logs
from guildhall.errors import Misconfigured
from guildhall.sandbox.errors import Misread
from guildhall.sandbox.recording.fetching import USER_AGENT, Asking, fetch, read_targets
from guildhall.sandbox.recording.folder import Recording, earlier_recordings, write_recordings
from guildhall.sandbox.recording.keys import KeyRules
from guildhall.sandbox.recording.replacing import Replacements
from guildhall.sandbox.recording.scrubbing import scrub
from guildhall.terminal import AsJson, print_json, print_table

_MEGABYTE = 1024 * 1024
Wait = Annotated[float, Meta(ge=0, le=600)]
Patience = Annotated[float, Meta(ge=0, le=3600)]
Timeout = Annotated[float, Meta(ge=0.1, le=600)]
Megabytes = Annotated[float, Meta(ge=0.001, le=64)]
_MOST_SHOWN = 50
_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
commands = typer.Typer(
    help="Run stand-ins for the game APIs, with their limits, errors and outages; no API keys are needed."
)


@commands.callback(invoke_without_command=True)
def sandbox(
    ctx: typer.Context,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 takes a free one.")] = 8090,
) -> None:
    """Run stand-ins for the game APIs, with their limits, errors and outages; no API keys are needed."""
    if ctx.invoked_subcommand is not None:
        return
    session: CommandSession = ctx.obj
    configuration = session.configuration
    start_logs(configuration)

    def ready(address: str) -> None:
        typer.echo(f"The sandbox listens on {address}")
        for name, value in overrides(configuration, address).items():
            typer.echo(f"  {name}={value}")

    async def run() -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            with contextlib.suppress(NotImplementedError):
                loop.add_signal_handler(number, stop.set)
        await serve_sandbox(configuration, bind(host, port), stop, ready)

    run_loop(run())


@commands.command()
def record(
    urls: Annotated[
        list[str],
        typer.Argument(
            metavar="URL",
            help="Addresses of one API. A part in braces, /user/{alice}, names a person and is replaced.",
        ),
    ],
    into: Annotated[Path, typer.Option(help="The folder to write; it must not hold recordings.")] = Path("recorded"),
    header: Annotated[
        list[str] | None, typer.Option(help="A header to send, 'Name: value'. It is not stored.", show_default=False)
    ] = None,
    query: Annotated[
        list[str] | None,
        typer.Option(help="A parameter to send with each, name=value. It is not stored.", show_default=False),
    ] = None,
    replace: Annotated[
        list[str] | None,
        typer.Option(
            metavar="KEY",
            help="Replace what stands under this key of the answers, too. KEY.* replaces the keys of its object.",
            show_default=False,
        ),
    ] = None,
    keep: Annotated[
        list[str] | None,
        typer.Option(metavar="KEY", help="Keep what stands under this key of the answers.", show_default=False),
    ] = None,
    wait: Annotated[
        float, typer.Option(parser=taken_as(Wait), metavar="SECONDS", help="Time between two requests.")
    ] = 1.0,
    patience: Annotated[
        float,
        typer.Option(parser=taken_as(Patience), metavar="SECONDS", help="The longest Retry-After to wait for."),
    ] = 120.0,
    timeout: Annotated[
        float, typer.Option(parser=taken_as(Timeout), metavar="SECONDS", help="Time to wait for an answer.")
    ] = 30.0,
    largest: Annotated[
        float, typer.Option(parser=taken_as(Megabytes), metavar="MEGABYTES", help="Size of an answer at most.")
    ] = 5.0,
    user_agent: Annotated[str, typer.Option(help="The User-Agent to send.")] = USER_AGENT,
    force: Annotated[bool, typer.Option("--force", help="Replace the recordings of the folder.")] = False,
    as_json: AsJson = False,
) -> None:
    """Fetch answers of a game API, replace what is personal in them, and write them for a stand-in."""
    try:
        targets = read_targets(urls)
        earlier = earlier_recordings(into)
        if earlier and not force:
            raise Misread(f"{into} holds {len(earlier)} recordings; --force replaces them")
        if not user_agent.isprintable():
            raise Misread(f"--user-agent must be one line of text, not {user_agent!r}")
        asking = Asking(
            dict(_pair(one, ":", "--header", "'Name: value'") for one in header or ()),
            [_pair(one, "=", "--query", "name=value") for one in query or ()],
            user_agent, wait, patience, timeout, int(largest * _MEGABYTE),
        )  # fmt: skip

        def progress(number: int, of: int, text: str) -> None:
            typer.echo(f"{number}/{of} {text}", err=True)

        answers = run_loop(fetch(targets, asking, progress))
        recordings, replacements = scrub(answers, KeyRules(replace or (), keep or ()), asking.secrets(targets))
        sizes = write_recordings(into, recordings, earlier)
    except Misread as error:
        raise Misconfigured(f"{error}.") from None
    if as_json:
        print_json(_report(into, recordings, sizes, replacements))
        return
    if shown := replacements.shown():
        print_table(
            ("value", "replacement", "kind", "places"),
            [
                ("(a secret)" if kind == "token" else value, new, kind, str(places))
                for kind, value, new, places in shown[:_MOST_SHOWN]
            ],
            title="Replaced",
        )
    if len(shown) > _MOST_SHOWN:
        typer.echo(f"… and {len(shown) - _MOST_SHOWN:,} more; --json prints all.")
    if kept := replacements.kept_keys:
        typer.echo(f"Texts under these keys were kept: {', '.join(kept)}. --replace KEY replaces them.")
    typer.echo(f"Wrote {len(recordings)} recordings into {into}. Read them before you publish them.")


def _report(into: Path, recordings: list[Recording], sizes: Any, replacements: Replacements) -> dict[str, Any]:
    return {
        "into": str(into),
        "recordings": [
            {"file": name, "url": one.url, "status": one.status, "bytes": size}
            for one, (name, size) in zip(recordings, sizes.items(), strict=True)
        ],
        "replaced": [
            {"kind": kind, "value": None if kind == "token" else value, "replacement": new, "places": places}
            for kind, value, new, places in replacements.shown()
        ],
        "kept_keys": replacements.kept_keys,
    }


def _pair(text: str, between: str, option: str, form: str) -> tuple[str, str]:
    name, found, value = (part.strip() for part in text.partition(between))
    if not found or not name or (between == ":" and not _HEADER.fullmatch(name)) or not value.isprintable():
        raise Misread(f"{option} must look like {form}, not {text!r}")
    return name, value
