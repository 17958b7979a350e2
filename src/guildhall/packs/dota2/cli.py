"""`guildhall dota2 …`."""

import asyncio
from datetime import date
from typing import Annotated
from uuid import UUID

import msgspec
import typer
from msgspec import Struct
from rich.console import Console
from rich.progress import Progress

from guildhall.arguments import day, taken_as
from guildhall.db.pool import Database
from guildhall.db.prefixes import find_id
from guildhall.errors import GuildhallError, Unavailable
from guildhall.pack import Session
from guildhall.packs.dota2.actions import meta as meta_actions
from guildhall.packs.dota2.actions import players as player_actions
from guildhall.packs.dota2.actions import sync
from guildhall.packs.dota2.actions import trend_rules as rule_actions
from guildhall.packs.dota2.queries import players, trend_rules
from guildhall.packs.dota2.rules.accounts import AccountId, parse_account_id
from guildhall.packs.dota2.schemas.trend_rules import HeroRuleRequest, RankRuleRequest
from guildhall.packs.dota2.settings import Dota2Settings
from guildhall.packs.dota2.upstream import OpenDota
from guildhall.terminal import AsJson, print_answer, print_json, print_table

commands = typer.Typer(help="Dota 2: players, heroes, trend rules.", no_args_is_help=True)
rules = typer.Typer(help="Rules that send a notification when a rank or a win rate changes.", no_args_is_help=True)
commands.add_typer(rules, name="rules")
_console = Console(stderr=True)
_BEGINNING = date(2011, 1, 1)
"""The year of the first matches."""


class Synced(Struct, frozen=True):
    """The result of one player's sync; `error` is null after a success."""

    account_id: AccountId
    new_matches: int
    private: bool
    error: str | None


def _accounts(texts: list[str]) -> list[AccountId]:
    try:
        return list(dict.fromkeys(parse_account_id(text) for text in texts))
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


Ids = Annotated[list[str], typer.Argument(help="Steam account ids of either length.", metavar="ACCOUNT_ID…")]


@commands.command("sync")
def sync_players(
    ctx: typer.Context,
    account_ids: Ids,
    ask: Annotated[bool, typer.Option("--ask", help="Also ask OpenDota to refresh the players.")] = False,
    keep: Annotated[bool, typer.Option("--track/--no-track", help="Keep the players fresh from now on.")] = True,
    as_json: AsJson = False,
) -> None:
    """Fetch players now: profile, record, matches, heroes. Exit status 1 when any failed."""
    accounts = _accounts(account_ids)
    session: Session = ctx.obj

    async def run(db: Database, opendota: OpenDota, settings: Dota2Settings) -> list[Synced]:
        if keep:
            async with db.write() as tx:
                await player_actions.track_players(tx, accounts, settings.most_tracked)
        places = asyncio.Semaphore(settings.call_concurrency)
        with Progress(console=_console, transient=True, disable=as_json) as progress:
            bar = progress.add_task("Syncing players", total=len(accounts))

            async def one(account_id: AccountId) -> Synced:
                async with places:
                    try:
                        report = await sync.sync_player(db, opendota, account_id, interactive=True, ask=ask)
                        return Synced(account_id, report.new_matches, report.private, None)
                    except GuildhallError as error:
                        if isinstance(error, Unavailable):
                            await sync.note_sync_failed(db, account_id, str(error))
                        return Synced(account_id, 0, False, str(error))
                    finally:
                        progress.advance(bar)

            return await asyncio.gather(*(one(account_id) for account_id in accounts))

    done = session.run(run)
    if as_json:
        print_json(done)
    else:
        for one in done:
            print(
                f"{one.account_id}: {one.error or f'{one.new_matches} new matches'}"
                + (" (private)" if one.private else "")
            )
    if any(one.error for one in done):
        raise typer.Exit(1)


@commands.command()
def constants(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Fetch heroes and patches now."""
    session: Session = ctx.obj

    async def run(db: Database, opendota: OpenDota) -> dict[str, int | str | None]:
        heroes = await sync.sync_hero_constants(db, opendota, interactive=True)
        return {"heroes": heroes, "recount_from": await sync.sync_patches(db, opendota)}

    done = session.run(run)
    print_answer(done, as_json, f"{done['heroes']} heroes")


@commands.command()
def track(ctx: typer.Context, account_ids: Ids, as_json: AsJson = False) -> None:
    """Keep players fresh from now on; the worker syncs them when they are due."""
    accounts = _accounts(account_ids)
    session: Session = ctx.obj

    async def run(db: Database, settings: Dota2Settings) -> None:
        async with db.write() as tx:
            await player_actions.track_players(tx, accounts, settings.most_tracked)

    session.run(run)
    print_answer({"players": len(accounts)}, as_json, f"{len(accounts)} players are kept fresh")


@commands.command()
def untrack(ctx: typer.Context, account_ids: Ids, as_json: AsJson = False) -> None:
    """Stop keeping players fresh; their data is kept."""
    accounts = _accounts(account_ids)
    session: Session = ctx.obj

    async def run(db: Database) -> int:
        async with db.write() as tx:
            return await player_actions.untrack_players(tx, accounts)

    players_left = session.run(run)
    print_answer({"players": players_left}, as_json, f"{players_left} players are no longer kept fresh")


@commands.command()
def tracked(ctx: typer.Context, as_json: AsJson = False) -> None:
    """List the players that are kept fresh."""
    session: Session = ctx.obj

    async def run(db: Database) -> list[int]:
        found: list[int] = []
        async with db.read() as tx:
            while page := await players.tracked_players.many(tx, found[-1] if found else 0, 10_000):
                found += page
        return found

    found = session.run(run)
    print_answer(found, as_json, "\n".join(map(str, found)))


@commands.command()
def forget(
    ctx: typer.Context,
    account_id: Annotated[str, typer.Argument(help="Steam account id.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: AsJson = False,
) -> None:
    """Delete all data of a player."""
    (account,) = _accounts([account_id])
    if not yes:
        typer.confirm(f"Delete everything that is kept of player {account}?", abort=True)
    session: Session = ctx.obj

    async def run(db: Database) -> int:
        async with db.write() as tx:
            rows = await player_actions.forget_player(tx, account)
            await sync.invalidate_player(tx, account)
            return rows

    deleted = session.run(run)
    print_answer({"rows": deleted}, as_json, f"{deleted} rows deleted")


@commands.command()
def recount(
    ctx: typer.Context,
    from_day: Annotated[
        date | None, typer.Option("--from", parser=day, metavar="DAY", help="Only from this day on (2026-01-31).")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Compute the heroes' daily figures again from the matches."""
    session: Session = ctx.obj

    async def run(db: Database) -> int:
        async with db.write(timeout=3600) as tx:
            return await meta_actions.recount_meta(tx, from_day or _BEGINNING)

    counted = session.run(run)
    print_answer({"day_rows": counted}, as_json, f"{counted} day rows")


@rules.command("list")
def list_rules(ctx: typer.Context, as_json: AsJson = False) -> None:
    """List the trend rules."""
    session: Session = ctx.obj

    async def run(db: Database) -> list[object]:
        async with db.read() as tx:
            return list(await trend_rules.trend_rules.many(tx, None, 10_000))

    found = session.run(run)
    if as_json:
        print_json(found)
        return
    names = ("id", "kind", "hero_id", "account_id", "bracket", "window_days", "threshold", "armed", "fired_at")
    print_table(
        ("id", "kind", "hero", "account", "bracket", "days", "threshold", "armed", "fired"),
        [[str(rule[name]) if rule[name] is not None else "" for name in names] for rule in msgspec.to_builtins(found)],
    )


@rules.command("hero")
def add_hero_rule(
    ctx: typer.Context,
    hero_id: Annotated[int, typer.Argument(help="The game's id of the hero.")],
    threshold: Annotated[float, typer.Option(help="Share by which the win rate moves, up to 1.")] = 0.03,
    window: Annotated[int, typer.Option(help="Days of a window, 1 to 30.")] = 7,
    bracket: Annotated[int | None, typer.Option(help="Medal of the matches, 0 to 8.")] = None,
    as_json: AsJson = False,
) -> None:
    """Fire when a hero's win rate moves."""
    given = {"hero_id": hero_id, "threshold": threshold, "window_days": window, "bracket": bracket}
    rule = taken_as(HeroRuleRequest)({"kind": "hero_win_rate", **given})
    session: Session = ctx.obj

    async def run(db: Database) -> UUID:
        async with db.write() as tx:
            return await rule_actions.add_hero_rule(tx, rule.hero_id, rule.bracket, rule.window_days, rule.threshold)

    made = session.run(run)
    print_answer({"id": made}, as_json, str(made))


@rules.command("rank")
def add_rank_rule(
    ctx: typer.Context,
    account_id: Annotated[str, typer.Argument(help="Steam account id.")],
    stars: Annotated[float, typer.Option(help="Stars by which the rank moves, up to 100; 0 is any change.")] = 1.0,
    as_json: AsJson = False,
) -> None:
    """Fire when a player's rank changes."""
    rule = taken_as(RankRuleRequest)({"kind": "player_rank", "account_id": account_id, "threshold": stars})
    (account,) = _accounts([rule.account_id])
    session: Session = ctx.obj

    async def run(db: Database) -> UUID:
        async with db.write() as tx:
            return await rule_actions.add_rank_rule(tx, account, rule.threshold)

    made = session.run(run)
    print_answer({"id": made}, as_json, str(made))


@rules.command("remove")
def remove_rule(
    ctx: typer.Context,
    rule_id: Annotated[str, typer.Argument(help="The id, or its beginning if no other begins the same.", metavar="ID")],
    as_json: AsJson = False,
) -> None:
    """Remove a rule. Exit status 1 when there is no such rule."""
    session: Session = ctx.obj

    async def run(db: Database) -> UUID:
        async with db.write() as tx:
            found = await find_id(tx, rule_id, trend_rules.rules_between, "rule")
            await rule_actions.remove_rule(tx, found)
            return found

    removed = session.run(run)
    print_answer({"removed": removed}, as_json, f"removed {removed}")
