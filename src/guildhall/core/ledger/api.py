"""Accounts of a person, over HTTP."""

from typing import Annotated

from litestar.openapi.spec import Example
from litestar.params import PathParameter

from guildhall.core.identity.principals.schemas import Principal
from guildhall.core.ledger import queries
from guildhall.core.ledger.errors import AccountNotFound
from guildhall.core.ledger.ids import AccountId, HoldId
from guildhall.core.ledger.schemas import Account, Entry, Hold
from guildhall.db.pages import Cursor, Page
from guildhall.db.pool import Transaction
from guildhall.web.route import Asked, Pages, Read, Routes

routes = Routes("/api/v1/me")

READ = "ledger:read"
"""The scope of API tokens that read what their holder has."""

_ACCOUNTS = Cursor("my_accounts", 1, AccountId)
_ENTRIES = Cursor("my_entries", 1, int)
_HOLDS = Cursor("my_holds", 1, HoldId)

PathAccountId = Annotated[
    AccountId,
    PathParameter(description="The account's id", examples=[Example(value="019ad0c2-6f2e-7cc3-98b2-5c1f1f4f0a11")]),
]


@routes.get("/accounts", scope=READ, pages=Pages(_ACCOUNTS))
async def list_my_accounts(principal: Principal, tx: Read, asked: Asked[AccountId]) -> Page[Account]:
    """Your accounts of value.

    What you hold of each unit, in the order in which the accounts were opened. What is held of a balance is reserved.
    """
    found = await queries.accounts_of_person.many(tx, principal.viewer.id, asked.after, asked.rows)
    return _ACCOUNTS.page(found, asked.limit, lambda row: row.id)


@routes.get("/accounts/{account_id:uuid}/entries", scope=READ, pages=Pages(_ENTRIES), raises=(AccountNotFound,))
async def list_my_entries(account_id: PathAccountId, principal: Principal, tx: Read, asked: Asked[int]) -> Page[Entry]:
    """The history of one of your accounts.

    Its entries, the latest first: what came in or went out, and the balance then.
    """
    await _require_own(tx, principal, account_id)
    found = await queries.history.many(tx, account_id, asked.after, asked.rows)
    return _ENTRIES.page(found, asked.limit, lambda row: row.number)


@routes.get("/accounts/{account_id:uuid}/holds", scope=READ, pages=Pages(_HOLDS), raises=(AccountNotFound,))
async def list_my_holds(account_id: PathAccountId, principal: Principal, tx: Read, asked: Asked[HoldId]) -> Page[Hold]:
    """Reserved parts of one of your accounts.

    The latest first, also holds that have ended, as long as they are kept.
    """
    await _require_own(tx, principal, account_id)
    found = await queries.holds_of.many(tx, account_id, asked.after, asked.rows)
    return _HOLDS.page(found, asked.limit, lambda row: row.id)


async def _require_own(tx: Transaction, principal: Principal, account_id: AccountId) -> None:
    """Raise AccountNotFound for an account that is not the person's, whoever may see it."""
    found = await queries.account.one_or_none(tx, account_id)
    if found is None or found.user_id != principal.viewer.id:
        raise AccountNotFound
