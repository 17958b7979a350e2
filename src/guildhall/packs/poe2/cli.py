"""`guildhall poe2 …`, of the rooms' commands."""

import typer

from guildhall.packs.poe2.codes import cli as codes

commands = typer.Typer(help="Path of Exile 2: Path of Building codes.", no_args_is_help=True)
commands.add_typer(codes.commands)
