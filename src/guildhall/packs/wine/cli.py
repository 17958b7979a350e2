"""`guildhall wine …`, of the rooms' commands."""

import typer

from guildhall.packs.wine.catalogue import cli as catalogue

commands = typer.Typer(help="Wine: the catalogue.", no_args_is_help=True)
commands.add_typer(catalogue.commands, name="catalogue")
