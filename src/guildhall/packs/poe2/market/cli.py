"""`guildhall poe2 market …`: leagues, prices, and their past."""

from datetime import datetime
from typing import Annotated

import typer

from guildhall.db.pool import Database
from guildhall.pack import Session
from guildhall.packs.poe2.market.actions import backfills
from guildhall.packs.poe2.market.actions.operators import SyncedNow, recount_league, sync_now
from guildhall.packs.poe2.market.queries import backfills as backfill_queries
from guildhall.packs.poe2.market.queries import leagues as league_queries
from guildhall.packs.poe2.market.schemas.stored import BackfillRow, LeagueRow
from guildhall.packs.poe2.market.upstream import Poe2Scout
from guildhall.packs.poe2.settings import Poe2Settings
from guildhall.terminal import AsJson, print_answer, print_json, print_table

commands = typer.Typer(help="The market: leagues, prices, and their past.", no_args_is_help=True)

League = Annotated[str, typer.Argument(help="The name of a league.", metavar="LEAGUE")]
_MOST = 1000


@commands.command(name="leagues")
def list_leagues(ctx: typer.Context, as_json: AsJson = False) -> None:
    """List the leagues that are known; the current ones are followed."""
    session: Session = ctx.obj

    async def run(db: Database) -> list[LeagueRow]:
        async with db.read() as tx:
            return await league_queries.league_page.many(tx, None, None, _MOST)

    found = session.run(run)
    if as_json:
        print_json(found)
        return
    print_table(
        ("league", "current", "base currency", "began", "ended", "seen"),
        [
            (one.name, "yes" if one.is_current else "", one.base_currency, _day(one.began_at), _day(one.ended_at),
             f"{one.seen_at:%Y-%m-%d %H:%M}")
            for one in found
        ],
    )  # fmt: skip


@commands.command()
def sync(
    ctx: typer.Context,
    league: Annotated[str | None, typer.Option(help="Only the prices of this league.")] = None,
    as_json: AsJson = False,
) -> None:
    """Fetch leagues, items and prices now, in this process; waits where poe2scout's limit asks for it."""
    session: Session = ctx.obj

    async def run(db: Database, scout: Poe2Scout, settings: Poe2Settings) -> SyncedNow:
        return await sync_now(db, scout, settings, league, lambda line: typer.echo(line, err=True))

    done = session.run(run)
    line = f"{done.leagues} leagues, {done.items} items, {done.prices} prices that were new or another"
    print_answer(done, as_json, line)


@commands.command()
def recount(
    ctx: typer.Context,
    league: League,
    days: Annotated[int, typer.Option(min=1, max=4000, help="How many days back.")] = 400,
    as_json: AsJson = False,
) -> None:
    """Make the figures of days anew from the prices by the hour; days whose hours are not kept stay as they are."""
    session: Session = ctx.obj

    async def run(db: Database) -> int:
        return await recount_league(db, league, days)

    counted = session.run(run)
    print_answer({"days": counted}, as_json, f"{counted} days of items made anew")


@commands.command()
def backfill(
    ctx: typer.Context,
    league: League,
    days: Annotated[int | None, typer.Option(min=0, max=4000, help="Days of prices by the hour.")] = None,
    as_json: AsJson = False,
) -> None:
    """Fetch a league's past: the days of the whole league, and prices by the hour for some days back."""
    session: Session = ctx.obj

    async def run(db: Database, settings: Poe2Settings) -> BackfillRow:
        async with db.write() as tx:
            back = settings.market_backfill_days if days is None else days
            return await backfills.start_backfill(tx, league, back, settings)

    _tell(session.run(run), as_json)


@commands.command(name="backfill-stop")
def stop_backfill(ctx: typer.Context, league: League, as_json: AsJson = False) -> None:
    """Stop the fetch of a league's past before its next call; what it has stays."""
    session: Session = ctx.obj

    async def run(db: Database) -> BackfillRow:
        async with db.write() as tx:
            return await backfills.stop_backfill(tx, league)

    _tell(session.run(run), as_json)


@commands.command(name="backfill-resume")
def resume_backfill(ctx: typer.Context, league: League, as_json: AsJson = False) -> None:
    """Let the fetch of a league's past go on from where it is."""
    session: Session = ctx.obj

    async def run(db: Database) -> BackfillRow:
        async with db.write() as tx:
            return await backfills.resume_backfill(tx, league)

    _tell(session.run(run), as_json)


@commands.command(name="backfills")
def list_backfills(ctx: typer.Context, as_json: AsJson = False) -> None:
    """List the fetches of leagues' past: how far each has come, and what it waits for."""
    session: Session = ctx.obj

    async def run(db: Database) -> list[BackfillRow]:
        async with db.read() as tx:
            return await backfill_queries.backfills.many(tx, _MOST)

    found = session.run(run)
    if as_json:
        print_json(found)
        return
    print_table(
        ("league", "state", "items", "prices", "days", "since", "waits for"),
        [
            (one.league, one.state, f"{one.items_done} of {one.items}", f"{one.prices:,}", f"{one.days:,}",
             _day(one.since), one.waits_for or "")
            for one in found
        ],
    )  # fmt: skip


def _day(at: datetime | None) -> str:
    return "" if at is None else f"{at:%Y-%m-%d}"


def _tell(row: BackfillRow, as_json: bool) -> None:
    print_answer(row, as_json, f"{row.league}: {row.state}, {row.items_done} of {row.items} items")
