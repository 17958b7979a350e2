"""`guildhall packs …`."""

from typing import Literal

import typer
from msgspec import Struct

from guildhall.boot.configuration import configure
from guildhall.boot.faults import PackFailed, blaming
from guildhall.boot.packs import all_packs
from guildhall.boot.part_names import examined
from guildhall.boot.settings import Settings, load
from guildhall.pack import Pack
from guildhall.terminal import AsJson, print_json, print_table

commands = typer.Typer(help="The packs.", no_args_is_help=True)


class PackLine(Struct, frozen=True):
    """A pack as a line of a list. `why` says what is wrong with one that is broken, and where."""

    name: str
    title: str
    state: Literal["on", "off", "broken"]
    game_apis: list[str] = []
    handlers: int = 0
    schedules: int = 0
    why: str | None = None


@commands.command("list")
def list_packs(as_json: AsJson = False) -> None:
    """List the installed packs, those that are on, and what is wrong with broken ones."""
    main = load(Settings).model_copy(update={"packs_strict": False})
    configuration = examined(configure(main))
    on = {pack.name for pack in configuration.packs}
    broken = {fault.pack: fault for fault in configuration.left_out}
    installed = {pack.name: pack for pack in all_packs()}
    lines = [
        *(_line(pack, pack.name in on) for pack in installed.values() if pack.name in on or pack.name not in broken),
        *(
            PackLine(name, installed[name].title if name in installed else name, "broken", why=str(fault))
            for name, fault in broken.items()
            if name not in on
        ),
    ]
    if as_json:
        print_json(lines)
        return
    print_table(
        ("name", "title", "state", "game APIs", "handlers", "schedules"),
        [
            (line.name, line.title, line.state, ", ".join(line.game_apis), str(line.handlers), str(line.schedules))
            for line in lines
        ],
    )
    for line in lines:
        if line.why is not None:
            typer.echo(f"{line.why}.")


def _line(pack: Pack, active: bool) -> PackLine:
    try:
        with blaming(pack, "does not load"):
            upstreams = [one.name for part in pack.process_parts() for one in part.upstreams]
            handlers = [on for part in pack.worker_parts() for on in part.handlers]
    except PackFailed as failed:
        return PackLine(pack.name, pack.title, "off", why=str(failed))
    schedules = [on for on in handlers if on.schedule is not None]
    return PackLine(pack.name, pack.title, "on" if active else "off", upstreams, len(handlers), len(schedules))
