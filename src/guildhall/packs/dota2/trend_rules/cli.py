"""`guildhall dota2 rules …`."""

from typing import Annotated

import msgspec
import typer

from guildhall.arguments import taken_as
from guildhall.db.pool import Database
from guildhall.db.prefixes import find_id
from guildhall.pack import Session
from guildhall.packs.dota2.accounts.cli import accounts_of
from guildhall.packs.dota2.ids import RuleId
from guildhall.packs.dota2.trend_rules import actions, queries
from guildhall.packs.dota2.trend_rules.schemas import HeroRuleRequest, RankRuleRequest
from guildhall.terminal import AsJson, print_answer, print_json, print_table

commands = typer.Typer(help="Rules that send a notification when a rank or a win rate changes.", no_args_is_help=True)


@commands.command("list")
def list_rules(ctx: typer.Context, as_json: AsJson = False) -> None:
    """List the trend rules."""
    session: Session = ctx.obj

    async def run(db: Database) -> list[object]:
        async with db.read() as tx:
            return list(await queries.trend_rules.many(tx, None, 10_000))

    found = session.run(run)
    if as_json:
        print_json(found)
        return
    names = ("id", "kind", "hero_id", "account_id", "bracket", "window_days", "threshold", "armed", "fired_at")
    print_table(
        ("id", "kind", "hero", "account", "bracket", "days", "threshold", "armed", "fired"),
        [[str(rule[name]) if rule[name] is not None else "" for name in names] for rule in msgspec.to_builtins(found)],
    )


@commands.command("hero")
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

    async def run(db: Database) -> RuleId:
        async with db.write() as tx:
            return await actions.add_hero_rule(tx, rule.hero_id, rule.bracket, rule.window_days, rule.threshold)

    made = session.run(run)
    print_answer({"id": made}, as_json, str(made))


@commands.command("rank")
def add_rank_rule(
    ctx: typer.Context,
    account_id: Annotated[str, typer.Argument(help="Steam account id.")],
    stars: Annotated[float, typer.Option(help="Stars by which the rank moves, up to 100; 0 is any change.")] = 1.0,
    as_json: AsJson = False,
) -> None:
    """Fire when a player's rank changes."""
    rule = taken_as(RankRuleRequest)({"kind": "player_rank", "account_id": account_id, "threshold": stars})
    (account,) = accounts_of([rule.account_id])
    session: Session = ctx.obj

    async def run(db: Database) -> RuleId:
        async with db.write() as tx:
            return await actions.add_rank_rule(tx, account, rule.threshold)

    made = session.run(run)
    print_answer({"id": made}, as_json, str(made))


@commands.command("remove")
def remove_rule(
    ctx: typer.Context,
    rule_id: Annotated[str, typer.Argument(help="The id, or its beginning if no other begins the same.", metavar="ID")],
    as_json: AsJson = False,
) -> None:
    """Remove a rule. Exit status 1 when there is no such rule."""
    session: Session = ctx.obj

    async def run(db: Database) -> RuleId:
        async with db.write() as tx:
            found = await find_id(tx, rule_id, queries.rules_between, "rule")
            await actions.remove_rule(tx, found)
            return found

    removed = session.run(run)
    print_answer({"removed": removed}, as_json, f"removed {removed}")
