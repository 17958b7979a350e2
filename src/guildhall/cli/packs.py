"""`guildhall packs …`."""

from typing import Annotated

import msgspec
import typer
from msgspec import Struct
from rich.console import Console
from rich.table import Table

from guildhall.boot.packs import active_packs, all_packs
from guildhall.boot.settings import Settings, load

commands = typer.Typer(help="The packs.", no_args_is_help=True)


class PackLine(Struct, frozen=True):
    """What a list says of a pack."""

    name: str
    title: str
    active: bool
    game_apis: list[str]
    handlers: int
    schedules: int


@commands.command("list")
def list_packs(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for a script.")] = False,
) -> None:
    """List the packs that are installed, and which are on."""
    on = {pack.name for pack in active_packs(load(Settings))}
    lines = [
        PackLine(
            pack.name, pack.title, pack.name in on, [one.name for one in pack.upstreams], len(pack.handlers),
            len(pack.schedule),
        )
        for pack in all_packs()
    ]  # fmt: skip
    if as_json:
        print(msgspec.json.encode(lines).decode())
        return
    table = Table("name", "title", "on", "game APIs", "handlers", "schedules")
    for line in lines:
        table.add_row(
            line.name, line.title, "yes" if line.active else "no", ", ".join(line.game_apis), str(line.handlers),
            str(line.schedules),
        )  # fmt: skip
    Console().print(table)
