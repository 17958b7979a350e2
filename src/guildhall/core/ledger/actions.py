"""Moving value: accounts, postings, holds.

Everything happens in the caller's transaction, beside whatever else it changes, and nothing of it stands unless that
transaction does. A posting locks its accounts in the order of their ids, so two never wait for each other. A
transaction with several of them calls `lock_accounts` first.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from guildhall.core.ledger import queries
from guildhall.core.ledger.errors import (
    AccountClosed,
    AccountFull,
    AccountNotFound,
    BalanceTooLow,
    HoldEnded,
    HoldNotFound,
    PostingKeyReused,
)
from guildhall.core.ledger.ids import AccountId, HoldId, PostingId
from guildhall.core.ledger.schemas import Captured, Leg, Outcome, Posted
from guildhall.db.pool import Transaction
from guildhall.ids import UserId, uuid7

MOST = 10**18
"""The largest amount of a posting, and the most that an account holds unless it is opened with another ceiling."""


async def account_of(
    tx: Transaction,
    kind: str,
    unit: str,
    *,
    person: UserId | None = None,
    thing: UUID | None = None,
    floor: int = 0,
    ceiling: int = MOST,
) -> AccountId:
    """Return the account of a person, of a thing such as a guild, or else of the house; it is opened if there is none.

    `kind` says what it is for and `unit` what is counted in it: `realm.treasury` in `realm.copper`. Its bounds are
    those of its opening. Value comes from accounts of the house and goes to them: they have no bounds, and nobody waits
    for them.
    """
    owner = "person" if person is not None else "thing" if thing is not None else "house"
    low, high = (None, None) if owner == "house" else (floor, ceiling)
    return await queries.open_account.one(tx, AccountId(uuid7()), kind, unit, owner, person, thing, low, high, tx.now)


async def lock_accounts(tx: Transaction, accounts: Iterable[AccountId]) -> None:
    """Lock the accounts of all postings that the transaction is going to make. Others that want them wait."""
    await queries.lock_accounts.one(tx, sorted(set(accounts)))


async def post(
    tx: Transaction,
    legs: Sequence[Leg],
    *,
    key: str,
    kind: str,
    user_id: UserId | None = None,
    note: str | None = None,
    id: PostingId | None = None,
) -> Posted:
    """Move value between accounts; amounts sum to zero in each unit. A key that was used before moves nothing.

    `user_id` is whom it is by, or about. `key` names the movement, for all time: 200 characters at most, which begin
    with the pack's name. If it has the person's id in it, it is forgotten with the person.

    Raises AccountNotFound, AccountClosed, BalanceTooLow, AccountFull, and PostingKeyReused if the earlier posting moved
    something else. Raises ValueError for amounts that no posting has.
    """
    _require_sound(legs)
    posting_id = id or PostingId(uuid7())
    outcome = await queries.post.one(
        tx, posting_id, key, kind, user_id, note, [leg.account for leg in legs], [leg.amount for leg in legs], tx.now
    )
    if outcome.outcome == "again":
        return await _same(tx, outcome.posting_id, kind, legs)
    return _posted(outcome)


async def reserve(
    tx: Transaction, account: AccountId, amount: int, *, key: str, kind: str, expires_at: datetime | None = None
) -> HoldId:
    """Reserve a part of an account, so that nothing else spends it. A key that was used before reserves nothing more.

    Without `expires_at` it is reserved until it is captured or released.

    Raises AccountNotFound, AccountClosed, BalanceTooLow, and PostingKeyReused if the earlier hold was another.
    """
    if not 0 < amount <= MOST:
        raise ValueError(f"a hold of {amount}")
    answer = await queries.reserve.one(tx, HoldId(uuid7()), account, key, kind, amount, expires_at, tx.now)
    if answer.outcome == "unknown":
        raise AccountNotFound
    if answer.outcome == "closed":
        raise AccountClosed
    if answer.outcome == "low":
        raise BalanceTooLow(free=answer.free or 0, account=account)
    assert answer.hold_id is not None
    if answer.outcome == "again":
        known = await queries.hold.one_or_none(tx, answer.hold_id)
        if known is None or (known.account_id, known.amount, known.kind) != (account, amount, kind):
            raise PostingKeyReused
    return answer.hold_id


async def capture(
    tx: Transaction,
    hold: HoldId,
    legs: Sequence[Leg],
    *,
    kind: str,
    user_id: UserId | None = None,
    note: str | None = None,
) -> Posted:
    """Take what a hold reserved, or less, into accounts, and end the hold: the rest is free again.

    A hold that was captured before is not captured again.

    Raises HoldNotFound, HoldEnded, BalanceTooLow for more than was reserved, AccountNotFound, AccountClosed,
    AccountFull. Raises ValueError for amounts that are not positive.
    """
    if not legs or any(not 0 < leg.amount <= MOST for leg in legs):
        raise ValueError("what is captured goes into accounts, in positive amounts")
    answer = await queries.capture.one(
        tx, hold, PostingId(uuid7()), kind, user_id, note, [leg.account for leg in legs],
        [leg.amount for leg in legs], tx.now,
    )  # fmt: skip
    if answer.outcome == "no_hold":
        raise HoldNotFound
    if answer.outcome in ("released", "expired"):
        raise HoldEnded(state=answer.outcome)
    if answer.outcome == "beyond":
        known = await queries.hold.one(tx, hold)
        raise BalanceTooLow(free=known.amount, account=known.account_id)
    if answer.outcome in ("captured", "again"):
        assert answer.posting_id is not None
        return Posted(answer.posting_id, again=True)
    return _posted(answer)


async def release(tx: Transaction, hold: HoldId) -> None:
    """Free what a hold reserved. One that was released or has expired stays so. Raises HoldNotFound, HoldEnded."""
    answer = await queries.end_hold.one(tx, hold, "released", tx.now)
    if answer.outcome == "unknown":
        raise HoldNotFound
    if answer.outcome == "captured":
        raise HoldEnded(state=answer.outcome)


async def expire(tx: Transaction, hold: HoldId) -> None:
    """Free what a hold reserved whose time has come. One that has ended stays as it is."""
    await queries.end_hold.one(tx, hold, "expired", tx.now)


def _require_sound(legs: Sequence[Leg]) -> None:
    if len({leg.account for leg in legs}) != len(legs) or len(legs) < 2:
        raise ValueError("a posting has two accounts or more, each once")
    if any(leg.amount == 0 or abs(leg.amount) > MOST for leg in legs):
        raise ValueError(f"amounts of a posting are not 0, and {MOST} at most")


def _posted(answer: Outcome | Captured) -> Posted:
    match answer.outcome:
        case "unknown":
            raise AccountNotFound
        case "closed":
            raise AccountClosed
        case "low":
            assert answer.account_id is not None
            raise BalanceTooLow(free=answer.free or 0, account=answer.account_id)
        case "full":
            raise AccountFull
    assert answer.posting_id is not None
    return Posted(answer.posting_id, again=False)


async def _same(tx: Transaction, posting_id: PostingId | None, kind: str, legs: Sequence[Leg]) -> Posted:
    """Return the earlier posting of a key. Raises PostingKeyReused if it was another, or is hidden from the viewer."""
    assert posting_id is not None
    known = await queries.known_posting.one_or_none(tx, posting_id)
    wanted = {leg.account: leg.amount for leg in legs}
    if known is None or known.kind != kind:
        raise PostingKeyReused
    found = dict(zip(known.account_ids, known.amounts, strict=True))
    if any(wanted.get(account) != amount for account, amount in found.items()):
        raise PostingKeyReused
    return Posted(posting_id, again=True)
