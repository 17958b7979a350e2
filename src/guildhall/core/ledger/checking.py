"""The recount: whether every balance is the sum of its entries, and every unit sums to zero."""

from msgspec import Struct

from guildhall.core.ledger import queries
from guildhall.core.ledger.ids import AccountId
from guildhall.core.ledger.schemas import Recount
from guildhall.db.pool import Transaction


class Checked(Struct, frozen=True):
    """A part of a recount. `last` is the account to go on behind; null at the end. `wrong` says what is, in words."""

    accounts: int
    last: AccountId | None
    wrong: list[str]


async def check_batch(tx: Transaction, after: AccountId | None, size: int) -> Checked:
    """Recount as many accounts behind one; after the last of them, look at the units too."""
    found = await queries.recount.many(tx, after, size)
    wrong = [_words(one) for one in found if not one.sound]
    if len(found) == size:
        return Checked(len(found), found[-1].id, wrong)
    totals = await queries.unit_totals.many(tx)
    wrong += [f"all entries in {one.unit} sum to {one.total}, not 0" for one in totals if one.total]
    return Checked(len(found), None, wrong)


def _words(one: Recount) -> str:
    parts = []
    if one.balance != one.entries_sum:
        parts.append(f"its balance is {one.balance}, its entries sum to {one.entries_sum}")
    if not one.entries == one.counted == one.last_number:
        parts.append(f"it should have {one.entries} entries, has {one.counted}, and the last is {one.last_number}")
    if one.broken_links:
        parts.append(f"{one.broken_links} entries do not follow from those before them")
    if one.held != one.holds_sum:
        parts.append(f"{one.held} are held, its holds sum to {one.holds_sum}")
    return f"account {one.id} ({one.kind}): {', '.join(parts)}"
