"""ISK: the balance, the journal, what was bought and sold."""

from decimal import Decimal

from guildhall.core.upstream.rows import Rows
from guildhall.db.pool import Transaction
from guildhall.packs.eve.sections import rows
from guildhall.packs.eve.sections.asking import Asking, Change, Fetched
from guildhall.packs.eve.sections.pages import further_pages
from guildhall.packs.eve.upstream import routes
from guildhall.packs.eve.wallet import queries
from guildhall.packs.eve.wallet.schemas.stored import JournalEntry, WalletTransaction

_ENOUGH = 1000
"""Pages of transactions that nobody makes in the thirty days that ESI keeps."""
_BALANCE = Rows(Decimal)
_JOURNAL = Rows(list[JournalEntry])
_TRANSACTIONS = Rows(list[WalletTransaction])


async def fetch_balance(asking: Asking) -> Fetched:
    """The balance."""
    me = asking.standing
    answer = await asking.get_if_changed(routes.WALLET, f"/characters/{me.character_id}/wallet")
    if asking.same(answer):
        return asking.unchanged(answer)
    balance = asking.decode(routes.WALLET, answer, _BALANCE)

    async def store(tx: Transaction) -> Change:
        before = await queries.balance.one_or_none(tx, me.id)
        if before != balance:
            await queries.save_balance.run(tx, me.id, me.user_id, balance, asking.as_of or tx.now)
        return Change()

    return asking.changed(answer, store)


async def fetch_journal(asking: Asking) -> Fetched:
    """The journal's new lines, page by page back to those that are known. The change is of those."""
    me = asking.standing
    target = f"/characters/{me.character_id}/wallet/journal"
    answer = await asking.get_if_changed(routes.WALLET_JOURNAL, target)
    if asking.same(answer):
        return asking.unchanged(answer)
    known = asking.known.cursor if asking.known.imported else None
    entries = asking.decode(routes.WALLET_JOURNAL, answer, _JOURNAL)
    if entries and (known is None or min(entry.id for entry in entries) > known):
        # Back to what is known however far that is: ESI keeps thirty days.
        pages = answer.pages if known is not None else min(answer.pages, asking.settings.most_pages)
        for one in await further_pages(asking, routes.WALLET_JOURNAL, target, answer, pages):
            further = asking.decode(routes.WALLET_JOURNAL, one, _JOURNAL)
            entries += further
    new = list({entry.id: entry for entry in entries if known is None or entry.id > known}.values())

    async def store(tx: Transaction) -> Change:
        if new:
            await rows.add["wallet_journal"].run(tx, me.id, me.user_id, rows.encoded(new))
        return Change(after=new)

    cursor = max((entry.id for entry in new), default=known or 0)
    return asking.changed(answer, store, cursor=cursor)


async def fetch_transactions(asking: Asking) -> Fetched:
    """Fetch the market transactions, back to the known ones. The change holds the new ones.

    `from_id` is inclusive: the list has ended when nothing but that id comes, or nothing that is lower.
    """
    me = asking.standing
    target = f"/characters/{me.character_id}/wallet/transactions"
    answer = await asking.get_if_changed(routes.WALLET_TRANSACTIONS, target)
    if asking.same(answer):
        return asking.unchanged(answer)
    known = asking.known.cursor if asking.known.imported else None
    given: dict[int, WalletTransaction] = {}
    asked = 2**63
    page = asking.decode(routes.WALLET_TRANSACTIONS, answer, _TRANSACTIONS)
    for _ in range(asking.settings.most_pages if known is None else _ENOUGH):
        fresh = {one.transaction_id: one for one in page if one.transaction_id not in given}
        given |= fresh
        lowest = min(given, default=0)
        if not fresh or lowest >= asked or (known is not None and lowest <= known):
            break
        asked = lowest
        further = await asking.get(routes.WALLET_TRANSACTIONS, f"{target}?from_id={asked}")
        page = asking.decode(routes.WALLET_TRANSACTIONS, further, _TRANSACTIONS)
    new = [one for one in given.values() if known is None or one.transaction_id > known]

    async def store(tx: Transaction) -> Change:
        if new:
            await rows.add["wallet_transactions"].run(tx, me.id, me.user_id, rows.encoded(new))
        return Change(after=new)

    cursor = max((one.transaction_id for one in new), default=known or 0)
    return asking.changed(answer, store, cursor=cursor)
