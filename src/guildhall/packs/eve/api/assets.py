"""Orders, industry, colonies, wallet, place and notifications of a character."""

from typing import Annotated, Literal

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from guildhall.core.identity.principal import requires
from guildhall.db.pages import Cursor
from guildhall.db.policies import Viewer
from guildhall.db.pool import Database
from guildhall.instants import Instant
from guildhall.packs.eve.api.clocked import shown_colonies, shown_job
from guildhall.packs.eve.api.parameters import READ, After, CharacterText, Large, Limit
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
from guildhall.web.problems import documented
from guildhall.web.routes import below

_OPEN = Cursor("eve_orders", 1, tuple[Instant, Large])
_ENDED = Cursor("eve_ended_orders", 1, tuple[Instant, Large])
_JOBS = Cursor("eve_jobs", 1, tuple[Instant, Large])
_JOURNAL = Cursor("eve_journal", 1, tuple[Instant, Large])
_TRADES = Cursor("eve_transactions", 1, tuple[Instant, Large])
_TOLD = Cursor("eve_notifications", 1, tuple[Instant, Large])
_DAYS = 90
"""Points of a wallet's history in one answer."""


@get(
    "/characters/{character_id:str}/orders",
    summary="Open market orders of a character",
    responses=documented(400, 401, 403, 404),
)
async def get_orders(
    character_id: CharacterText,
    viewer: NamedDependency[Viewer],
    db: NamedDependency[Database],
    after: After = None,
    limit: Limit = 50,
) -> Response[Orders]:
    """Return the open orders, and those that have vanished before the history says why (`unknown`)."""
    until, last = _OPEN.decode_or_none(after) or (None, None)
    async with reading(db, viewer, character_id, "orders") as at:
        rows = await queries.shown_orders.many(at.tx, at.character.id, ["open", "unknown"], until, last, limit + 1)
    page = _OPEN.page(rows, limit, lambda row: (row.issued, row.order_id))
    return told(Orders(page.items, at.as_of, at.age, page.next), at.age)


@get(
    "/characters/{character_id:str}/orders/history",
    summary="Market orders that have ended",
    responses=documented(400, 401, 403, 404),
)
async def get_order_history(
    character_id: CharacterText,
    viewer: NamedDependency[Viewer],
    db: NamedDependency[Database],
    after: After = None,
    limit: Limit = 50,
) -> Response[Orders]:
    """Filled, expired and cancelled ones, last issued first."""
    until, last = _ENDED.decode_or_none(after) or (None, None)
    async with reading(db, viewer, character_id, "order_history") as at:
        rows = await queries.shown_orders.many(
            at.tx, at.character.id, ["filled", "expired", "cancelled"], until, last, limit + 1
        )
    page = _ENDED.page(rows, limit, lambda row: (row.issued, row.order_id))
    return told(Orders(page.items, at.as_of, at.age, page.next), at.age)


@get(
    "/characters/{character_id:str}/industry",
    summary="Industry jobs of a character",
    responses=documented(400, 401, 403, 404),
)
async def get_industry(
    character_id: CharacterText,
    viewer: NamedDependency[Viewer],
    db: NamedDependency[Database],
    after: After = None,
    limit: Limit = 50,
    which: Annotated[
        Literal["running", "all"], QueryParameter(name="which", description="Those not delivered yet, or all")
    ] = "running",
) -> Response[IndustryJobs]:
    """Return the jobs, the last to end first. `ready` and the remaining seconds refer to the moment `now`."""
    until, last = _JOBS.decode_or_none(after) or (None, None)
    statuses = ["active", "paused", "ready"] if which == "running" else None
    async with reading(db, viewer, character_id, "industry") as at:
        rows = await queries.shown_jobs.many(at.tx, at.character.id, statuses, until, last, limit + 1)
    page = _JOBS.page(rows, limit, lambda row: (row.end_date, row.job_id))
    now = at.tx.now
    return told(IndustryJobs(now, [shown_job(row, now) for row in page.items], at.as_of, at.age, page.next), at.age)


@get(
    "/characters/{character_id:str}/planets",
    summary="Planetary colonies of a character",
    responses=documented(400, 401, 403, 404),
)
async def get_planets(
    character_id: CharacterText, viewer: NamedDependency[Viewer], db: NamedDependency[Database]
) -> Response[Planets]:
    """Return the colonies with their extractors, and the rest of each program at the moment `now`."""
    async with reading(db, viewer, character_id, "planets") as at:
        planets = await queries.shown_planets.many(at.tx, at.character.id)
        extractors = await queries.shown_extractors.many(at.tx, at.character.id)
    now = at.tx.now
    return told(Planets(now, shown_colonies(planets, extractors, now), at.as_of, at.age), at.age)


@get("/characters/{character_id:str}/wallet", summary="The wallet", responses=documented(400, 401, 403, 404))
async def get_wallet(
    character_id: CharacterText, viewer: NamedDependency[Viewer], db: NamedDependency[Database]
) -> Response[Wallet]:
    """The balance, and its last changes that were seen."""
    async with reading(db, viewer, character_id, "wallet") as at:
        balance = await queries.shown_balance.one_or_none(at.tx, at.character.id)
        history = await queries.balance_history.many(at.tx, at.character.id, _DAYS)
    return told(Wallet(balance.balance if balance is not None else None, history, at.as_of, at.age), at.age)


@get(
    "/characters/{character_id:str}/wallet/journal",
    summary="The wallet's journal",
    responses=documented(400, 401, 403, 404),
)
async def get_journal(
    character_id: CharacterText,
    viewer: NamedDependency[Viewer],
    db: NamedDependency[Database],
    after: After = None,
    limit: Limit = 50,
) -> Response[Journal]:
    """Newest first."""
    until, last = _JOURNAL.decode_or_none(after) or (None, None)
    async with reading(db, viewer, character_id, "wallet_journal") as at:
        rows = await queries.shown_journal.many(at.tx, at.character.id, until, last, limit + 1)
    page = _JOURNAL.page(rows, limit, lambda row: (row.date, row.id))
    return told(Journal(page.items, at.as_of, at.age, page.next), at.age)


@get(
    "/characters/{character_id:str}/wallet/transactions",
    summary="Wallet transactions of a character",
    responses=documented(400, 401, 403, 404),
)
async def get_transactions(
    character_id: CharacterText,
    viewer: NamedDependency[Viewer],
    db: NamedDependency[Database],
    after: After = None,
    limit: Limit = 50,
) -> Response[WalletTransactions]:
    """Newest first."""
    until, last = _TRADES.decode_or_none(after) or (None, None)
    async with reading(db, viewer, character_id, "wallet_transactions") as at:
        rows = await queries.shown_transactions.many(at.tx, at.character.id, until, last, limit + 1)
    page = _TRADES.page(rows, limit, lambda row: (row.date, row.transaction_id))
    return told(WalletTransactions(page.items, at.as_of, at.age, page.next), at.age)


@get(
    "/characters/{character_id:str}/location",
    summary="Location of a character",
    responses=documented(400, 401, 403, 404),
)
async def get_location(
    character_id: CharacterText, viewer: NamedDependency[Viewer], db: NamedDependency[Database]
) -> Response[Location]:
    """System, dock, ship, and whether online."""
    async with reading(db, viewer, character_id, "location") as at:
        location = await queries.shown_location.one_or_none(at.tx, at.character.id)
    return told(Location(location, at.as_of, at.age), at.age)


@get(
    "/characters/{character_id:str}/notifications",
    summary="Notifications of a character from the game",
    responses=documented(400, 401, 403, 404),
)
async def get_game_notifications(
    character_id: CharacterText,
    viewer: NamedDependency[Viewer],
    db: NamedDependency[Database],
    after: After = None,
    limit: Limit = 50,
) -> Response[GameNotifications]:
    """The game's own notifications, newest first. Ours are at /api/v1/notifications."""
    until, last = _TOLD.decode_or_none(after) or (None, None)
    async with reading(db, viewer, character_id, "notifications") as at:
        rows = await queries.shown_notifications.many(at.tx, at.character.id, until, last, limit + 1)
    page = _TOLD.page(rows, limit, lambda row: (row.sent_at, row.notification_id))
    return told(GameNotifications(page.items, at.as_of, at.age, page.next), at.age)


routes = below(
    "/api/v1/eve",
    [
        get_orders,
        get_order_history,
        get_industry,
        get_planets,
        get_wallet,
        get_journal,
        get_transactions,
        get_location,
        get_game_notifications,
    ],
    guards=[requires(READ)],
)
