"""The entry point: lists the commands, loads the one that is run, and tells failures in one line."""

import os
import sys
import traceback
from typing import TYPE_CHECKING, Annotated, Any

import typer

from guildhall import __version__
from guildhall.arguments import require_text
from guildhall.boot.faults import blaming
from guildhall.boot.features import FEATURES
from guildhall.boot.packs import all_packs
from guildhall.cli.lazy import LazyCommand, LazyGroup
from guildhall.collector import collect_rarely
from guildhall.errors import GuildhallError, Misconfigured
from guildhall.pack import Slice
from guildhall.references import Reference

if TYPE_CHECKING:
    from guildhall.cli.session import CommandSession

_COMMANDS = {
    "db": LazyCommand(Reference("guildhall.cli.db:commands"), "The database: migrations, state, a prompt."),
    "jobs": LazyCommand(Reference("guildhall.cli.jobs:commands"), "Background jobs."),
    "cache": LazyCommand(Reference("guildhall.cli.cache:commands"), "The cache of game APIs' answers."),
    "pack": LazyCommand(Reference("guildhall.cli.pack:commands"), "The pack of this folder."),
    "packs": LazyCommand(Reference("guildhall.cli.packs:commands"), "The packs."),
    "users": LazyCommand(Reference("guildhall.cli.users:commands"), "Accounts: roles, suspension, export, deletion."),
    "serve": LazyCommand(Reference("guildhall.cli.serve:serve"), "Serve the API and run the jobs, until interrupted."),
    "demo": LazyCommand(
        Reference("guildhall.cli.demo:demo"),
        "Run the sandbox, the web server and the worker on the configured or embedded database.",
    ),
    "new-pack": LazyCommand(
        Reference("guildhall.cli.new_pack:new_pack"),
        "Write a repository with a pack: its code, a stand-in of the game's API, tests, Makefile and CI.",
    ),
    "dev": LazyCommand(
        Reference("guildhall.cli.dev:dev"),
        "Serve the pack of this folder with its sandbox and worker, and again after every change.",
    ),
    "sandbox": LazyCommand(
        Reference("guildhall.cli.sandbox:commands"),
        "Run stand-ins for the game APIs, with their limits, errors and outages; no API keys are needed.",
    ),
    "docs": LazyCommand(
        Reference("guildhall.cli.docs:docs"),
        "Write docs/settings.md, docs/errors.md, docs/schema/*.sql, docs/openapi.json and .env.example of a checkout.",
        hidden=True,
    ),
}
_session: "Reference[type[CommandSession]]" = Reference("guildhall.cli.session:CommandSession")


class Commands(LazyGroup):
    """The commands of the house, then those of the core features and the packs."""

    def __init__(self, **options: Any) -> None:
        self._slices: dict[str, Slice] = {
            one.name: one for one in (*FEATURES, *all_packs()) if one.commands is not None
        }
        of_slices = {
            name: LazyCommand(one.commands.group, one.commands.help)
            for name, one in self._slices.items()
            if one.commands is not None
        }
        super().__init__(lazy={**_COMMANDS, **of_slices}, **options)

    def loaded(self, name: str) -> Any:
        """A command by its name, imported. Raises PackFailed for one of a pack that does not load."""
        if name not in self._slices:
            return super().loaded(name)
        with blaming(self._slices[name], "has commands that do not load"):
            return super().loaded(name)

    def invoke(self, ctx: Any) -> Any:
        """Run the command; with --debug a failure shows its traceback too."""
        try:
            return super().invoke(ctx)
        except (GuildhallError, Misconfigured):
            if ctx.params.get("debug"):
                traceback.print_exc()
            raise

    def parse_args(self, ctx: Any, args: list[str]) -> Any:
        """Read the arguments, which have to be text."""
        require_text(args)
        return super().parse_args(ctx, args)


app = typer.Typer(
    name="guildhall",
    cls=Commands,
    help="The backend that game-companion apps need.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback(invoke_without_command=True)
def start(
    ctx: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version and exit.")] = False,
    debug: Annotated[
        bool, typer.Option("--debug", help="Show the traceback of a failure that has a message of its own, too.")
    ] = False,
) -> None:
    """Settings come from the environment and from .env; docs/settings.md names them all."""
    if version:
        print(f"guildhall {__version__}")
        raise typer.Exit
    ctx.obj = _session.load()()


def main() -> None:
    """Run. Exit status 1 for a failure that may pass, 2 for one that somebody must mend."""
    collect_rarely()
    try:
        app()
    except Misconfigured as error:
        print(f"guildhall: {error}", file=sys.stderr)
        sys.exit(2)
    except GuildhallError as error:
        print(f"guildhall: {error.whole}", file=sys.stderr)
        sys.exit(1)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
