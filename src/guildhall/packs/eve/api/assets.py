"""Orders, industry, colonies, wallet, place and notifications of a character."""

from typing import Annotated, Literal

from litestar import Response
from litestar.params import QueryParameter

from guildhall.db.pages import Cursor
from guildhall.db.policies import Viewer
from guildhall.db.pool import Database
from guildhall.instants import Instant
from guildhall.packs.eve.api.clocked import shown_colonies, shown_job
from guildhall.packs.eve.api.parameters import CHARACTER, READ, CharacterText, Large
from guildhall.packs.eve.api.reading import reading, told
from guildhall.packs.eve.queries import assets as queries
from guildhall.packs.eve.schemas.views.assets import (
    GameNotifications,
    IndustryJobs,
    Journal,
    Location,
    Orders,
    Planets,
    Wallet,
    WalletTransactions,
)
from guildhall.web.route import Asked, Pages, Routes

routes = Routes("/api/v1/eve")

_OPEN = Cursor("eve_orders", 1, tuple[Instant, Large])
_ENDED = Cursor("eve_ended_orders", 1, tuple[Instant, Large])
_JOBS = Cursor("eve_jobs", 1, tuple[Instant, Large])
_JOURNAL = Cursor("eve_journal", 1, tuple[Instant, Large])
_TRADES = Cursor("eve_transactions", 1, tuple[Instant, Large])
_TOLD = Cursor("eve_notifications", 1, tuple[Instant, Large])
_DAYS = 90
"""Points of a wallet's history in one answer."""


@routes.get("/characters/{character_id:str}/orders", scope=READ, pages=Pages(_OPEN, 50), raises=CHARACTER)
async def get_orders(
    character_id: CharacterText, viewer: Viewer, db: Database, asked: Asked[tuple[Instant, Large]]
) -> Response[Orders]:
    """Open market orders of a character.

    Return the open orders, and those that have vanished before the history says why (`unknown`).
    """
    until, last = asked.after or (None, None)
    async with reading(db, viewer, character_id, "orders") as at:
        rows = await queries.shown_orders.many(at.tx, at.character.id, ["open", "unknown"], until, last, asked.rows)
    page = _OPEN.page(rows, asked.limit, lambda row: (row.issued, row.order_id))
    return told(Orders(page.items, at.as_of, at.age, page.next), at.age)


@routes.get("/characters/{character_id:str}/orders/history", scope=READ, pages=Pages(_ENDED, 50), raises=CHARACTER)
async def get_order_history(
    character_id: CharacterText, viewer: Viewer, db: Database, asked: Asked[tuple[Instant, Large]]
) -> Response[Orders]:
    """Market orders that have ended.

    Filled, expired and cancelled ones, last issued first.
    """
    until, last = asked.after or (None, None)
    async with reading(db, viewer, character_id, "order_history") as at:
        rows = await queries.shown_orders.many(
            at.tx, at.character.id, ["filled", "expired", "cancelled"], until, last, asked.rows
        )
    page = _ENDED.page(rows, asked.limit, lambda row: (row.issued, row.order_id))
    return told(Orders(page.items, at.as_of, at.age, page.next), at.age)


@routes.get("/characters/{character_id:str}/industry", scope=READ, pages=Pages(_JOBS, 50), raises=CHARACTER)
async def get_industry(
    character_id: CharacterText,
    viewer: Viewer,
    db: Database,
    asked: Asked[tuple[Instant, Large]],
    which: Annotated[
        Literal["running", "all"], QueryParameter(name="which", description="Those not delivered yet, or all")
    ] = "running",
) -> Response[IndustryJobs]:
    """Industry jobs of a character.

    Return the jobs, the last to end first. `ready` and the remaining seconds refer to the moment `now`.
    """
    until, last = asked.after or (None, None)
    statuses = ["active", "paused", "ready"] if which == "running" else None
    async with reading(db, viewer, character_id, "industry") as at:
        rows = await queries.shown_jobs.many(at.tx, at.character.id, statuses, until, last, asked.rows)
    page = _JOBS.page(rows, asked.limit, lambda row: (row.end_date, row.job_id))
    now = at.tx.now
    return told(IndustryJobs(now, [shown_job(row, now) for row in page.items], at.as_of, at.age, page.next), at.age)


@routes.get("/characters/{character_id:str}/planets", scope=READ, raises=CHARACTER)
async def get_planets(character_id: CharacterText, viewer: Viewer, db: Database) -> Response[Planets]:
    """Planetary colonies of a character.

    Return the colonies with their extractors, and the rest of each program at the moment `now`.
    """
    async with reading(db, viewer, character_id, "planets") as at:
        planets = await queries.shown_planets.many(at.tx, at.character.id)
        extractors = await queries.shown_extractors.many(at.tx, at.character.id)
    now = at.tx.now
    return told(Planets(now, shown_colonies(planets, extractors, now), at.as_of, at.age), at.age)


@routes.get("/characters/{character_id:str}/wallet", scope=READ, raises=CHARACTER)
async def get_wallet(character_id: CharacterText, viewer: Viewer, db: Database) -> Response[Wallet]:
    """The wallet.

    The balance, and its last changes that were seen.
    """
    async with reading(db, viewer, character_id, "wallet") as at:
        balance = await queries.shown_balance.one_or_none(at.tx, at.character.id)
        history = await queries.balance_history.many(at.tx, at.character.id, _DAYS)
    return told(Wallet(balance.balance if balance is not None else None, history, at.as_of, at.age), at.age)


@routes.get("/characters/{character_id:str}/wallet/journal", scope=READ, pages=Pages(_JOURNAL, 50), raises=CHARACTER)
async def get_journal(
    character_id: CharacterText, viewer: Viewer, db: Database, asked: Asked[tuple[Instant, Large]]
) -> Response[Journal]:
    """The wallet's journal.

    Newest first.
    """
    until, last = asked.after or (None, None)
    async with reading(db, viewer, character_id, "wallet_journal") as at:
        rows = await queries.shown_journal.many(at.tx, at.character.id, until, last, asked.rows)
    page = _JOURNAL.page(rows, asked.limit, lambda row: (row.date, row.id))
    return told(Journal(page.items, at.as_of, at.age, page.next), at.age)


@routes.get(
    "/characters/{character_id:str}/wallet/transactions", scope=READ, pages=Pages(_TRADES, 50), raises=CHARACTER
)
async def get_transactions(
    character_id: CharacterText, viewer: Viewer, db: Database, asked: Asked[tuple[Instant, Large]]
) -> Response[WalletTransactions]:
    """Wallet transactions of a character.

    Newest first.
    """
    until, last = asked.after or (None, None)
    async with reading(db, viewer, character_id, "wallet_transactions") as at:
        rows = await queries.shown_transactions.many(at.tx, at.character.id, until, last, asked.rows)
    page = _TRADES.page(rows, asked.limit, lambda row: (row.date, row.transaction_id))
    return told(WalletTransactions(page.items, at.as_of, at.age, page.next), at.age)


@routes.get("/characters/{character_id:str}/location", scope=READ, raises=CHARACTER)
async def get_location(character_id: CharacterText, viewer: Viewer, db: Database) -> Response[Location]:
    """Location of a character.

    System, dock, ship, and whether online.
    """
    async with reading(db, viewer, character_id, "location") as at:
        location = await queries.shown_location.one_or_none(at.tx, at.character.id)
    return told(Location(location, at.as_of, at.age), at.age)


@routes.get("/characters/{character_id:str}/notifications", scope=READ, pages=Pages(_TOLD, 50), raises=CHARACTER)
async def get_game_notifications(
    character_id: CharacterText, viewer: Viewer, db: Database, asked: Asked[tuple[Instant, Large]]
) -> Response[GameNotifications]:
    """Notifications of a character from the game.

    The game's own notifications, newest first. Ours are at /api/v1/notifications.
    """
    until, last = asked.after or (None, None)
    async with reading(db, viewer, character_id, "notifications") as at:
        rows = await queries.shown_notifications.many(at.tx, at.character.id, until, last, asked.rows)
    page = _TOLD.page(rows, asked.limit, lambda row: (row.sent_at, row.notification_id))
    return told(GameNotifications(page.items, at.as_of, at.age, page.next), at.age)
