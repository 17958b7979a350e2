"""Statements of the ledger."""

from datetime import datetime
from uuid import UUID

from guildhall.core.ledger.ids import AccountId, HoldId, PostingId
from guildhall.core.ledger.schemas import (
    Account,
    Captured,
    Ended,
    Entry,
    Expired,
    Hold,
    Known,
    Outcome,
    Recount,
    Reserved,
    UnitTotal,
)
from guildhall.db.statements import command, rows
from guildhall.ids import UserId

_ACCOUNT = """
    select id, kind, unit, owner, user_id, balance, held, entries, floor, ceiling, opened_at, closed_at
    from core.ledger_accounts
"""
_HOLD = """
    select id, account_id, key, kind, amount, state, posting_id, created_at, expires_at, ended_at
    from core.ledger_holds
"""


@rows(
    AccountId,
    """
    select core.ledger_open(:id, :kind, :unit, :owner, :user_id, :thing_id, :floor, :ceiling, :now) as id
    """,
    proven=("id",),
)
def open_account(
    id: AccountId,
    kind: str,
    unit: str,
    owner: str,
    user_id: UserId | None,
    thing_id: UUID | None,
    floor: int | None,
    ceiling: int | None,
    now: datetime,
) -> None:
    """Return the account of an owner, which is opened if there is none."""


@rows(
    Outcome,
    """
    select outcome, posting_id, account_id, free
    from core.ledger_post(:id, :key, :kind, :user_id, :note, :account_ids, :amounts, :now)
    """,
    proven=("outcome",),
)
def post(
    id: PostingId,
    key: str,
    kind: str,
    user_id: UserId | None,
    note: str | None,
    account_ids: list[AccountId],
    amounts: list[int],
    now: datetime,
) -> None:
    """Move value between accounts, whose sum is zero."""


@rows(int, "select 1 as locked from core.ledger_lock(:account_ids)", proven=("locked",))
def lock_accounts(account_ids: list[AccountId]) -> None:
    """Lock accounts in the order of their ids."""


@rows(
    Reserved,
    """
    select outcome, hold_id, free
    from core.ledger_reserve(:id, :account_id, :key, :kind, :amount, :expires_at, :now)
    """,
    proven=("outcome",),
)
def reserve(
    id: HoldId, account_id: AccountId, key: str, kind: str, amount: int, expires_at: datetime | None, now: datetime
) -> None:
    """Reserve a part of an account."""


@rows(
    Captured,
    """
    select outcome, posting_id, account_id, free
    from core.ledger_capture(:id, :posting_id, :kind, :user_id, :note, :account_ids, :amounts, :now)
    """,
    proven=("outcome",),
)
def capture(
    id: HoldId,
    posting_id: PostingId,
    kind: str,
    user_id: UserId | None,
    note: str | None,
    account_ids: list[AccountId],
    amounts: list[int],
    now: datetime,
) -> None:
    """Take what a hold reserved, or a part of it."""


@rows(
    Ended,
    "select outcome, amount, account_id from core.ledger_end_hold(:id, :state, :now)",
    proven=("outcome",),
)
def end_hold(id: HoldId, state: str, now: datetime) -> None:
    """End a hold, so that what it reserved is free."""


@rows(Account, f"{_ACCOUNT} where id = :id", hot=True)
def account(id: AccountId) -> None:
    """An account that the viewer may see."""


@rows(
    Account,
    f"""
    {_ACCOUNT}
    where user_id = :user_id and (:after::uuid is null or id > :after) order by id limit :limit
    """,
    hot=True,
)
def accounts_of_person(user_id: UserId, after: AccountId | None, limit: int) -> None:
    """A page of a person's accounts, the oldest first."""


@rows(
    Entry,
    """
    select e.posting_id, e.number, p.kind, e.amount, e.balance_after, p.user_id, p.note, p.created_at
    from core.ledger_entries e join core.ledger_postings p on p.id = e.posting_id
    where e.account_id = :account_id and e.number is not null and (:after::bigint is null or e.number < :after)
    order by e.number desc limit :limit
    """,
    hot=True,
    proven=("number", "balance_after"),
)
def history(account_id: AccountId, after: int | None, limit: int) -> None:
    """A page of an account's entries below a number, the latest first."""


@rows(
    Known,
    """
    select p.kind, array_agg(e.account_id order by e.account_id) as account_ids,
           array_agg(e.amount order by e.account_id) as amounts
    from core.ledger_postings p join core.ledger_entries e on e.posting_id = p.id
    where p.id = :id group by p.id
    """,
    hot=True,
    proven=("account_ids", "amounts"),
)
def known_posting(id: PostingId) -> None:
    """A posting with all its parts that the viewer may see."""


@rows(Hold, f"{_HOLD} where id = :id", hot=True)
def hold(id: HoldId) -> None:
    """A hold that the viewer may see."""


@rows(
    Hold,
    f"""
    {_HOLD}
    where account_id = :account_id and (:after::uuid is null or id < :after) order by id desc limit :limit
    """,
    hot=True,
)
def holds_of(account_id: AccountId, after: HoldId | None, limit: int) -> None:
    """A page of an account's holds, the latest first."""


@rows(
    int,
    """
    select coalesce(sum(amount), 0)::bigint as balance from core.ledger_entries
    where account_id = :account_id and number is null
    """,
    proven=("balance",),
)
def house_balance(account_id: AccountId) -> None:
    """The balance of an account of the house, which is added up."""


@rows(
    Expired,
    """
    select id from core.ledger_holds
    where state = 'held' and expires_at is not null and expires_at <= :now order by expires_at limit :most
    """,
    hot=True,
)
def holds_to_expire(now: datetime, most: int) -> None:
    """Holds whose time has come, the oldest first."""


@rows(
    Recount,
    """
    select a.id, a.kind, a.unit, a.balance, e.entries_sum, a.entries, e.counted, e.last_number, e.broken_links, a.held,
           (select coalesce(sum(h.amount), 0)::bigint from core.ledger_holds h
            where h.account_id = a.id and h.state = 'held') as holds_sum
    from (
        select * from core.ledger_accounts l
        where l.owner <> 'house' and (:after::uuid is null or l.id > :after) order by l.id limit :most
    ) a
    cross join lateral (
        select coalesce(sum(i.amount), 0)::bigint as entries_sum, count(*) as counted,
               coalesce(max(i.number), 0) as last_number,
               count(*) filter (where i.balance_after <> i.before + i.amount) as broken_links
        from (
            select n.number, n.amount, n.balance_after,
                   coalesce(lag(n.balance_after) over (order by n.number), 0) as before
            from core.ledger_entries n where n.account_id = a.id and n.number is not null
        ) i
    ) e
    order by a.id
    """,
    hot=True,
    proven=("entries_sum", "counted", "last_number", "broken_links", "holds_sum"),
)
def recount(after: AccountId | None, most: int) -> None:
    """The kept figures of accounts behind an id, beside those that their entries give."""


@rows(
    UnitTotal,
    """
    select a.unit, coalesce(sum(e.amount), 0)::bigint as total, count(distinct a.id) as accounts,
           count(e.amount) as entries
    from core.ledger_accounts a left join core.ledger_entries e on e.account_id = a.id
    group by a.unit order by a.unit
    """,
    proven=("total", "accounts", "entries"),
)
def unit_totals() -> None:
    """The sum of all entries of each unit."""


@rows(
    bool,
    """
    select coalesce((
        select h.expires_at from core.ledger_holds h
        where h.state = 'held' and h.expires_at is not null order by h.expires_at limit 1
    ) <= :now, false) as due
    """,
    hot=True,
    proven=("due",),
)
def any_hold_to_expire(now: datetime) -> None:
    """Return whether the time of any hold has come."""


@command(
    """
    delete from core.ledger_holds
    where id in (select h.id from core.ledger_holds h where h.ended_at < :before order by h.ended_at limit :most)
    """
)
def forget_holds(before: datetime, most: int) -> None:
    """Delete holds that ended before an instant."""


@rows(
    Account,
    f"""
    {_ACCOUNT}
    where (:user_id::uuid is null or user_id = :user_id) and (:thing_id::uuid is null or thing_id = :thing_id)
      and (:after::uuid is null or id > :after) order by id limit :limit
    """,
)
def list_accounts(user_id: UserId | None, thing_id: UUID | None, after: AccountId | None, limit: int) -> None:
    """A page of accounts of whoever, the oldest first."""


@rows(AccountId, "select id from core.ledger_accounts where id between :lowest and :highest order by id limit 3")
def accounts_between(lowest: UUID, highest: UUID) -> None:
    """Accounts whose ids begin alike."""
