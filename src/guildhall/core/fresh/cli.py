"""`guildhall fresh list`, `due`, `now` and `resume`."""

from typing import Annotated

import typer
from msgspec import Struct

from guildhall.core.fresh.declaration import Declarations
from guildhall.core.fresh.errors import NotDeclared
from guildhall.core.fresh.keeper import Keeper
from guildhall.core.fresh.queries import claims, halts, keys
from guildhall.core.fresh.schemas import Counted, Halt, Kept, Outcome
from guildhall.db.pool import Database
from guildhall.pack import Session
from guildhall.terminal import AsJson, print_answer, print_json, print_table

commands = typer.Typer(help="Keys of packs that are kept fresh.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="The name of a declaration; the list without one shows them.")]
Limit = Annotated[int, typer.Option(min=1, max=1000)]
After = Annotated[str, typer.Option(help="The last key of the page before.")]


class Overview(Struct, frozen=True):
    """All declarations: their figures, and the pauses that game APIs have asked for."""

    declarations: list[Counted]
    halts: list[Halt]


@commands.command("list")
def list_kept(
    ctx: typer.Context,
    name: Annotated[str | None, typer.Argument(help="The name of a declaration; none lists the declarations.")] = None,
    after: After = "",
    limit: Limit = 20,
    as_json: AsJson = False,
) -> None:
    """List the declarations with their figures, or the keys of one in the order of their text."""
    session: Session = ctx.obj
    if name is None:
        _print_overview(session.run(_overview), as_json)
        return
    chosen = name

    async def run(db: Database, declared: Declarations) -> list[Kept]:
        _require(declared, chosen)
        async with db.read() as tx:
            return await keys.kept_page.many(tx, chosen, after, limit)

    _print_keys(session.run(run), as_json)


async def _overview(db: Database, declared: Declarations) -> Overview:
    """The figures of every declaration, those without a key too."""
    async with db.read() as tx:
        found = {row.name: row for row in await keys.counts.many(tx, tx.now)}
        waiting = await halts.halts.many(tx)
    names = sorted({*declared.names, *found})
    return Overview([found.get(name, Counted(name, 0, 0, 0, 0, 0, 0.0)) for name in names], waiting)


def _print_overview(found: Overview, as_json: bool) -> None:
    if as_json:
        print_json(found)
        return
    print_table(
        ("name", "kept", "due", "late by", "wanted", "failing", "gone"),
        [
            (
                row.name, str(row.kept), str(row.due), f"{row.late_seconds:.0f} s", str(row.wanted), str(row.failing),
                str(row.gone),
            )
            for row in found.declarations
        ],
    )  # fmt: skip
    for halt in found.halts:
        until = max(halt.until, halt.background_until)
        typer.echo(f"{halt.name} waits until {until:%Y-%m-%d %H:%M:%S}: {halt.why}")


@commands.command()
def due(
    ctx: typer.Context,
    name: Name,
    after: Annotated[str | None, typer.Option(help="The last key of the page before.")] = None,
    limit: Limit = 20,
    as_json: AsJson = False,
) -> None:
    """List the keys of a declaration that are due, in the order in which they are refreshed."""
    session: Session = ctx.obj

    async def run(db: Database, declared: Declarations) -> list[Kept]:
        _require(declared, name)
        async with db.read() as tx:
            return await claims.due_page.many(tx, name, tx.now, after, limit)

    _print_keys(session.run(run), as_json)


def _print_keys(found: list[Kept], as_json: bool) -> None:
    if as_json:
        print_json(found)
        return
    print_table(
        ("key", "due", "refreshed", "failures", "state", "error"),
        [
            (
                row.key, f"{row.due_at:%Y-%m-%d %H:%M:%S}",
                f"{row.refreshed_at:%Y-%m-%d %H:%M:%S}" if row.refreshed_at else "-", str(row.failures),
                "gone" if row.gone_at else "wanted" if row.wanted_at else "", (row.last_error or "")[:80],
            )
            for row in found
        ],
    )  # fmt: skip


@commands.command()
def now(
    ctx: typer.Context,
    name: Name,
    key: Annotated[str, typer.Argument(help="The key.")],
    as_json: AsJson = False,
) -> None:
    """Refresh one key now, in this process. Exit status 1 when that fails, or a worker refreshes it already."""
    session: Session = ctx.obj

    async def run(keeper: Keeper) -> Outcome:
        return await keeper.now(name, key)

    ended = session.run(run)
    again = f"due again {ended.due_at:%Y-%m-%d %H:%M:%S}"
    words = {
        "refreshed": f"{key} is refreshed, {again}",
        "gone": f"the game knows no {key}, asked again {ended.due_at:%Y-%m-%d %H:%M:%S}",
        "failed": f"{key} failed, {again}: {ended.error}",
        "put_back": f"{key} was not refreshed: the game API does not answer, or its limit is used up",
    }
    print_answer(ended, as_json, words[ended.ending])
    if ended.ending in ("failed", "put_back"):
        raise typer.Exit(1)


@commands.command()
def resume(ctx: typer.Context, name: Name, as_json: AsJson = False) -> None:
    """End the pause that a game API has asked for."""
    session: Session = ctx.obj

    async def run(db: Database, declared: Declarations) -> int:
        _require(declared, name)
        async with db.write() as tx:
            return await halts.end_halt.run(tx, name)

    ended = session.run(run)
    print_answer({"ended": bool(ended)}, as_json, f"{name} {'waits no longer' if ended else 'did not wait'}")


def _require(declared: Declarations, name: str) -> None:
    """Raise NotDeclared for a name that no active pack has."""
    if name not in declared.names:
        raise NotDeclared(name=name)
