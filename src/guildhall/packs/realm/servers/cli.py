"""`guildhall realm servers …`, `guildhall realm recount` and `guildhall realm mend`."""

from typing import Annotated

import msgspec
import typer

from guildhall.db.pool import Database
from guildhall.pack import Session
from guildhall.packs.realm.servers import queries
from guildhall.packs.realm.servers.actions.servers import open_server
from guildhall.packs.realm.servers.schemas import Server, ServerRequest
from guildhall.terminal import AsJson, print_answer, print_json, print_table

commands = typer.Typer(help="Game servers.", no_args_is_help=True)


@commands.command("list")
def list_servers(
    ctx: typer.Context,
    region: Annotated[str | None, typer.Option(help="Only of this region.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="The number of servers.")] = 1000,
    as_json: AsJson = False,
) -> None:
    """List servers by name."""
    session: Session = ctx.obj

    async def run(db: Database) -> list[Server]:
        async with db.read() as tx:
            return await queries.servers.many(tx, region, None, None, limit)

    found = session.run(run)
    if as_json:
        print_json(found)
        return
    print_table(
        ("id", "name", "region", "status", "playing", "capacity", "language"),
        [
            (
                str(one.id), one.name, one.region, one.status, f"{one.current_population:,}", f"{one.capacity:,}",
                one.language,
            )
            for one in found
        ],
    )  # fmt: skip


@commands.command()
def add(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(help="Its name.")],
    region: Annotated[str, typer.Option(help="Its region.")],
    capacity: Annotated[int, typer.Option(help="The number of people who may play at once.")] = 1000,
    language: Annotated[str, typer.Option(help="Its language: en, de, pt-BR, …")] = "en",
    status: Annotated[str, typer.Option(help="online, maintenance or offline.")] = "online",
    pvp: Annotated[bool, typer.Option(help="Whether players fight each other.")] = True,
    level_min: Annotated[int, typer.Option(help="The lowest level of its players.")] = 1,
    level_max: Annotated[int, typer.Option(help="The highest level of its players.")] = 120,
    as_json: AsJson = False,
) -> None:
    """Open a server."""
    session: Session = ctx.obj
    given = {
        "name": name, "region": region, "capacity": capacity, "language": language, "status": status,
        "pvp_enabled": pvp, "level_range_min": level_min, "level_range_max": level_max,
    }  # fmt: skip
    try:
        wanted = msgspec.convert(given, ServerRequest)
    except msgspec.ValidationError as error:
        raise typer.BadParameter(str(error)) from None

    async def run(db: Database) -> Server:
        async with db.write() as tx:
            return await open_server(tx, None, wanted)

    made = session.run(run)
    print_answer(made, as_json, f"{made.name} is {made.id}")
