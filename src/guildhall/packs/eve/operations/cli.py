"""`guildhall eve …`."""

from datetime import datetime
from typing import Annotated

import typer
from msgspec import Struct

from guildhall.core.identity.accounts.queries import users_between
from guildhall.db.pool import Database
from guildhall.db.prefixes import find_id
from guildhall.pack import Session
from guildhall.packs.eve.characters.errors import CharacterNotFound
from guildhall.packs.eve.characters.rules import game_number
from guildhall.packs.eve.operations import queries
from guildhall.packs.eve.operations.queries import CharacterLine, Standing
from guildhall.packs.eve.status.actions import sync_status
from guildhall.packs.eve.sync.syncer import Syncer
from guildhall.packs.eve.tokens.schemas import TokenState
from guildhall.packs.eve.upstream.client import Esi
from guildhall.packs.eve.upstream.sections import SECTIONS
from guildhall.terminal import AsJson, print_json, print_table

commands = typer.Typer(help="EVE Online: characters, syncs, the state of ESI.", no_args_is_help=True)


class Synced(Struct, frozen=True):
    """The result of one character's sync: changed and unchanged sections, and the errors of those that failed."""

    character_id: int
    changed: list[str]
    unchanged: list[str]
    failed: dict[str, str]
    calls: int


@commands.command("sync")
def sync_characters(
    ctx: typer.Context,
    character_ids: Annotated[
        list[str] | None,
        typer.Argument(help="The game's ids; all due characters without them.", metavar="CHARACTER_ID…"),
    ] = None,
    section: Annotated[list[str] | None, typer.Option("--section", help=f"Only these: {', '.join(SECTIONS)}.")] = None,
    as_json: AsJson = False,
) -> None:
    """Bring characters up to date now, as far as ESI may be asked. Exit status 1 when any section failed."""
    if unknown := [one for one in section or [] if one not in SECTIONS]:
        raise typer.BadParameter(f"there is no section '{unknown[0]}'")
    wanted = [_character(text) for text in character_ids or ()]
    session: Session = ctx.obj

    async def run(db: Database, syncer: Syncer) -> list[Synced]:
        async with db.read() as tx:
            found = await queries.living_characters.many(tx, wanted or None)
        missing = set(wanted) - {row.character_id for row in found}
        if missing:
            raise CharacterNotFound(detail=f"Nobody here has the character {sorted(missing)[0]} with a valid token.")
        ours = [row.id for row in found]
        reports = await syncer.sync(ours, requested=bool(wanted), only=tuple(section) if section else None)
        return [Synced(one.character_id, one.changed, one.unchanged, one.failed, one.calls) for one in reports]

    done = session.run(run)
    if as_json:
        print_json(done)
    else:
        for one in done:
            failed = "".join(f"; {name} failed: {why}" for name, why in sorted(one.failed.items()))
            changed = ", ".join(one.changed) or "nothing"
            print(f"{one.character_id}: {changed} changed, {len(one.unchanged)} the same, {one.calls} calls{failed}")
    if any(one.failed for one in done):
        raise typer.Exit(1)


@commands.command("status")
def show_status(
    ctx: typer.Context,
    ask: Annotated[bool, typer.Option("--ask", help="Ask ESI now.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show the game's server, the routes of ESI that are down or paused, and the states of characters."""
    session: Session = ctx.obj

    async def run(db: Database, esi: Esi) -> Standing:
        if ask:
            await sync_status(db, esi)
        async with db.read() as tx:
            return await queries.standing.one(tx, tx.now)

    found = session.run(run)
    if as_json:
        print_json(found)
        return
    words = {None: "unknown", True: "online", False: "offline"}[found.online]
    print(f"server      {words}{f', {found.players:,} players' if found.players else ''} (as of {_at(found.as_of)})")
    print(f"routes down {', '.join(found.routes_down) or 'none'}")
    print(f"halted      {', '.join(f'{scope}: {why}' for scope, why in sorted(found.halts.items())) or 'nothing'}")
    print(f"characters  {', '.join(f'{count} {state}' for state, count in sorted(found.characters.items())) or 'none'}")
    print(f"due         {found.due_sections} sections, {found.failing_sections} failing")
    print(f"alarms      {found.pending_alarms} pending, {found.late_alarms} late")


@commands.command("characters")
def list_characters(
    ctx: typer.Context,
    user: Annotated[
        str | None, typer.Option(help="Only the characters of this user: the id, or its beginning.")
    ] = None,
    state: Annotated[TokenState | None, typer.Option(help="Only those whose token is in this state.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="The number of characters.")] = 1000,
    as_json: AsJson = False,
) -> None:
    """List characters with the state of their tokens, which are not shown."""
    session: Session = ctx.obj

    async def run(db: Database) -> list[CharacterLine]:
        async with db.read() as tx:
            owner = None if user is None else await find_id(tx, user, users_between, "account")
            return await queries.character_lines.many(tx, owner, state, limit)

    found = session.run(run)
    if as_json:
        print_json(found)
        return
    print_table(
        ("id", "name", "user", "token", "synced", "failing", "error"),
        [
            (
                str(row.character_id), row.character_name, str(row.user_id), row.token_state, _at(row.last_sync_at),
                str(row.failing_sections), row.token_error or "",
            )
            for row in found
        ],
    )  # fmt: skip


def _character(text: str) -> int:
    """The game's id of a character. Raises typer.BadParameter."""
    number = game_number(text)
    if number is None:
        raise typer.BadParameter(f"'{text[:40]}' is not a character id.", param_hint="CHARACTER_ID")
    return number


def _at(at: datetime | None) -> str:
    return "never" if at is None else f"{at:%Y-%m-%d %H:%M:%S}"
