"""The wallet of a character."""

from litestar import Response

from guildhall.db.pages import Cursor
from guildhall.db.policies import Viewer
from guildhall.db.pool import Database
from guildhall.instants import Instant
from guildhall.packs.eve.characters.parameters import CHARACTER, READ, CharacterText, Large
from guildhall.packs.eve.characters.reading import reading, told
from guildhall.packs.eve.wallet import queries
from guildhall.packs.eve.wallet.schemas.views import Journal, Wallet, WalletTransactions
from guildhall.web.route import Asked, Pages, Routes

routes = Routes("/api/v1/eve")
_JOURNAL = Cursor("eve_journal", 1, tuple[Instant, Large])
_TRADES = Cursor("eve_transactions", 1, tuple[Instant, Large])
_DAYS = 90
"""Points of a wallet's history in one answer."""


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
