"""`guildhall packs …`."""

import typer
from msgspec import Struct

from guildhall.boot.packs import active_packs, all_packs
from guildhall.boot.settings import Settings, load
from guildhall.pack import Pack
from guildhall.terminal import AsJson, print_json, print_table

commands = typer.Typer(help="The packs.", no_args_is_help=True)


class PackLine(Struct, frozen=True):
    """A pack as a line of a list."""

    name: str
    title: str
    active: bool
    game_apis: list[str]
    handlers: int
    schedules: int


@commands.command("list")
def list_packs(as_json: AsJson = False) -> None:
    """List the installed packs, and which of them are active."""
    on = {pack.name for pack in active_packs(load(Settings))}
    lines = [_line(pack, pack.name in on) for pack in all_packs()]
    if as_json:
        print_json(lines)
        return
    print_table(
        ("name", "title", "on", "game APIs", "handlers", "schedules"),
        [
            (
                line.name, line.title, "yes" if line.active else "no", ", ".join(line.game_apis), str(line.handlers),
                str(line.schedules),
            )
            for line in lines
        ],
    )  # fmt: skip


def _line(pack: Pack, active: bool) -> PackLine:
    upstreams = [one.name for part in pack.process_parts() for one in part.upstreams]
    handlers = [on for part in pack.worker_parts() for on in part.handlers]
    schedules = [on for on in handlers if on.schedule is not None]
    return PackLine(pack.name, pack.title, active, upstreams, len(handlers), len(schedules))
