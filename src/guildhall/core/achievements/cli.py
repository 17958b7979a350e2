"""`guildhall achievements …`."""

from typing import Annotated
from uuid import UUID

import typer

from guildhall.core.achievements.actions import runs as actions
from guildhall.core.achievements.actions.revoking import restore as restore_grant
from guildhall.core.achievements.actions.revoking import revoke as revoke_grant
from guildhall.core.achievements.declaration import Achievements
from guildhall.core.achievements.ids import RunId
from guildhall.core.achievements.queries import people
from guildhall.core.achievements.queries.catalogue import lines
from guildhall.core.achievements.queries.runs import run_lines, runs_between
from guildhall.core.achievements.schemas import Listed, RunLine
from guildhall.core.social.profiles.errors import ProfileNotFound
from guildhall.core.social.profiles.queries import user_of_handle
from guildhall.core.social.profiles.rules import handle_key
from guildhall.db.pool import Database, Transaction
from guildhall.db.prefixes import find_position
from guildhall.ids import UserId
from guildhall.pack import Session
from guildhall.terminal import AsJson, print_answer, print_json, print_table

commands = typer.Typer(help="Achievements: backfills, and what is taken from people.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="The achievement's name.", metavar="ACHIEVEMENT")]
Person = Annotated[str, typer.Argument(help="The person's handle, or the id of their account.", metavar="PERSON")]


@commands.command("list")
def list_achievements(
    ctx: typer.Context,
    pack: Annotated[str | None, typer.Option(help="Only those of this pack.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000)] = 100,
    after: Annotated[str | None, typer.Option(help="Continue after this name.")] = None,
    as_json: AsJson = False,
) -> None:
    """List achievements by name, with how many people have each; also those whose pack is gone."""
    session: Session = ctx.obj

    async def run(db: Database, achievements: Achievements) -> tuple[list[Listed], list[str]]:
        async with db.read() as tx:
            return await lines.many(tx, pack, after, limit), achievements.names

    found, declared = session.run(run)
    if as_json:
        print_json(found)
        return
    print_table(
        ("name", "title", "tier", "points", "goal", "version", "holders", "share", "state"),
        [
            (
                one.name, one.title, one.tier, str(one.points), str(one.goal), str(one.version), f"{one.holders:,}",
                f"{one.holders / one.people:.1%}" if one.people else "", _state(one, one.name in declared),
            )
            for one in found
        ],
    )  # fmt: skip


def _state(one: Listed, declared: bool) -> str:
    if not declared:
        return "retired"
    return "" if one.open_run is None else f"{one.open_run}, {one.looked:,} looked at"


@commands.command("runs")
def list_runs(
    ctx: typer.Context,
    achievement: Annotated[str | None, typer.Argument(help="Only of this achievement.", metavar="ACHIEVEMENT")] = None,
    all_: Annotated[bool, typer.Option("--all", help="Also those that have ended.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=1000)] = 20,
    after: Annotated[str | None, typer.Option(help="Continue after this id.")] = None,
    as_json: AsJson = False,
) -> None:
    """List walks over all people that are under way, and how far they are, the latest first."""
    session: Session = ctx.obj

    async def run(db: Database) -> list[RunLine]:
        async with db.read() as tx:
            position = await find_position(tx, after, runs_between, "run")
            return await run_lines.many(tx, all_, achievement, position, limit)

    found = session.run(run)
    if as_json:
        print_json(found)
        return
    print_table(
        ("id", "achievement", "kind", "looked", "people", "granted", "taken", "began", "outcome"),
        [
            (
                str(one.id), one.achievement, one.kind, f"{one.looked:,}", f"{one.people:,}", f"{one.granted:,}",
                f"{one.taken:,}", f"{one.began_at:%Y-%m-%d %H:%M:%S}", one.outcome or "",
            )
            for one in found
        ],
    )  # fmt: skip


@commands.command()
def backfill(
    ctx: typer.Context,
    achievement: Name,
    anew: Annotated[bool, typer.Option("--anew", help="Begin with the first person, though one was stopped.")] = False,
    as_json: AsJson = False,
) -> None:
    """Have workers look at all people for an achievement; one that was stopped goes on where it was."""
    session: Session = ctx.obj

    async def run(db: Database, achievements: Achievements) -> RunId:
        async with db.write() as tx:
            return await actions.backfill(tx, achievements, achievement, anew=anew)

    found = session.run(run)
    print_answer({"run_id": str(found)}, as_json, f"{found} is under way: guildhall achievements runs")


@commands.command()
def stop(ctx: typer.Context, achievement: Name, as_json: AsJson = False) -> None:
    """Stop looking at all people for an achievement; `backfill` goes on."""
    session: Session = ctx.obj

    async def run(db: Database) -> None:
        async with db.write() as tx:
            await actions.stop_run(tx, achievement)

    session.run(run)
    print_answer({"stopped": True}, as_json, "stopped")


@commands.command()
def revoke(
    ctx: typer.Context,
    achievement: Name,
    person: Person,
    reason: Annotated[str, typer.Option(help="Why; the person reads it.")],
    as_json: AsJson = False,
) -> None:
    """Take an achievement from somebody. They are told, and are not granted it again."""
    session: Session = ctx.obj
    words = reason.strip()
    if not 1 <= len(words) <= 500:
        raise typer.BadParameter("a reason has 1 to 500 characters", param_hint="--reason")

    async def run(db: Database) -> None:
        async with db.write() as tx:
            await revoke_grant(tx, None, await _person(tx, person), achievement, words)

    session.run(run)
    print_answer({"revoked": True}, as_json, f"{achievement} was taken from {person}")


@commands.command()
def restore(ctx: typer.Context, achievement: Name, person: Person, as_json: AsJson = False) -> None:
    """Give an achievement back to somebody from whom it was taken."""
    session: Session = ctx.obj

    async def run(db: Database) -> None:
        async with db.write() as tx:
            await restore_grant(tx, None, await _person(tx, person), achievement)

    session.run(run)
    print_answer({"restored": True}, as_json, f"{person} has {achievement} again")


async def _person(tx: Transaction, text: str) -> UserId:
    """Return a person by their handle or the id of their account. Raises ProfileNotFound."""
    try:
        found = await people.account.one_or_none(tx, UserId(UUID(text)))
    except ValueError:
        found = await user_of_handle.one_or_none(tx, handle_key(text))
    if found is None:
        raise ProfileNotFound
    return found
