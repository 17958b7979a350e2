"""`guildhall realm chat`: starts the terminal client, which is a program of its own."""

import runpy
import sys

import typer

PROGRAM = "guildhall.packs.realm.terminal"
THROUGH = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}
"""Context settings of a command that reads its options itself, --help too."""


def chat(ctx: typer.Context) -> None:
    """Chat in a channel of a server, in the terminal or, with --plain, by lines."""
    # What it needs (Textual) takes a third of a second to load, which no other command and no server should pay for.
    sys.argv = [PROGRAM, *ctx.args]
    runpy.run_module(PROGRAM, run_name="__main__", alter_sys=True)
