"""The wallet of a character."""

from litestar import Response

from guildhall.pack import WebPart
from guildhall.packs.eve.characters.lists import Position, SectionList, read_list
from guildhall.packs.eve.characters.parameters import CHARACTER, READ, CharacterText
from guildhall.packs.eve.characters.reading import reading_for, with_age
from guildhall.packs.eve.wallet import queries
from guildhall.packs.eve.wallet.schemas.views import (
    Journal,
    JournalEntry,
    Wallet,
    WalletTransaction,
    WalletTransactions,
)
from guildhall.web.route import Asked, Read, Routes

routes = Routes("/api/v1/eve")

_JOURNAL: SectionList[JournalEntry, Journal] = SectionList(
    "wallet_journal",
    "eve_journal",
    lambda row: (row.date, row.id),
    lambda rows, at, next: Journal(rows, at.as_of, at.age, next),
)
_TRADES: SectionList[WalletTransaction, WalletTransactions] = SectionList(
    "wallet_transactions",
    "eve_transactions",
    lambda row: (row.date, row.transaction_id),
    lambda rows, at, next: WalletTransactions(rows, at.as_of, at.age, next),
)
_DAYS = 90
"""Points of a wallet's history in one answer."""


@routes.get("/characters/{character_id:str}/wallet", scope=READ, raises=CHARACTER)
async def get_wallet(character_id: CharacterText, tx: Read) -> Response[Wallet]:
    """The wallet.

    The balance, and its last changes that were seen.
    """
    at = await reading_for(tx, character_id, "wallet")
    balance = await queries.shown_balance.one_or_none(tx, at.character.id)
    history = await queries.balance_history.many(tx, at.character.id, _DAYS)
    return with_age(Wallet(balance.balance if balance is not None else None, history, at.as_of, at.age), at.age)


@routes.get("/characters/{character_id:str}/wallet/journal", scope=READ, pages=_JOURNAL.pages, raises=CHARACTER)
async def get_journal(character_id: CharacterText, tx: Read, asked: Asked[Position]) -> Response[Journal]:
    """The wallet's journal.

    Newest first.
    """
    return await read_list(_JOURNAL, tx, character_id, asked, queries.shown_journal.many)


@routes.get("/characters/{character_id:str}/wallet/transactions", scope=READ, pages=_TRADES.pages, raises=CHARACTER)
async def get_transactions(
    character_id: CharacterText, tx: Read, asked: Asked[Position]
) -> Response[WalletTransactions]:
    """Wallet transactions of a character.

    Newest first.
    """
    return await read_list(_TRADES, tx, character_id, asked, queries.shown_transactions.many)


WEB = WebPart(routes=routes)
