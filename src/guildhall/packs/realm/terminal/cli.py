"""`guildhall realm chat`: starts the terminal client, which is a program of its own."""

import typer

from guildhall.references import Reference

PROGRAM: Reference[typer.Typer] = Reference("guildhall.packs.realm.terminal.__main__:commands")
THROUGH = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}
"""Context settings of a command that reads its options itself, --help too."""


def chat(ctx: typer.Context) -> None:
    """Chat in a channel of a server, in the terminal or, with --plain, by lines."""
    # What it needs (Textual) takes a third of a second to load, which no other command and no server should pay for.
    PROGRAM.load()(ctx.args, prog_name="guildhall realm chat")
