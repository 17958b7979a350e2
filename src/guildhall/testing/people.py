"""People who are signed in: their sessions, API tokens and pages."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

import asyncpg

from guildhall.core.identity.api_tokens.actions import make_api_token
from guildhall.core.identity.ids import SessionId
from guildhall.core.identity.principals.schemas import DOORKEEPER
from guildhall.core.identity.principals.tokens import AccessTokens
from guildhall.core.identity.sessions.actions import start_session
from guildhall.core.identity.sessions.cookies import CSRF_HEADER, Cookies
from guildhall.core.identity.sessions.schemas import Device, SessionTokens
from guildhall.db.policies import Viewer
from guildhall.db.pool import Transaction
from guildhall.ids import UserId, uuid7
from guildhall.testing.client import Client

if TYPE_CHECKING:
    from guildhall.testing.product import Product

_MOST_TOKENS = 1000


class Person(Client):
    """A user with a session at a running web process. Its requests have the session's bearer token."""

    def __init__(self, product: "Product", user_id: UserId, tokens: SessionTokens) -> None:
        super().__init__(product.address, product.session, {"Authorization": f"Bearer {tokens.access_token}"})
        self.id = user_id
        self.tokens = tokens
        self._product = product

    @property
    def session_id(self) -> SessionId:
        """The session's id."""
        return self.tokens.session_id

    @property
    def viewer(self) -> Viewer:
        """The viewer of the person's transactions."""
        return Viewer(self.id)

    async def token(self, *scopes: str) -> Client:
        """Return a client whose requests have an API token of these scopes."""
        async with self._product.runtime.db.write(self.viewer) as tx:
            text, _ = await make_api_token(tx, self.id, "test", frozenset(scopes), None, _MOST_TOKENS, None)
        return Client(self.address, self.session, {"Authorization": f"Bearer {text}"})

    def page(self) -> Client:
        """Return a client whose requests are those of a page: with the session's cookies and the CSRF token."""
        cookies = cast(Cookies, self._product.runtime.provided[Cookies])
        access, _, csrf = cookies.of_session(self.tokens)
        sent = f"{access.key}={access.value}; {csrf.key}={csrf.value}"
        return Client(
            self.address, self.session, {"Cookie": sent, CSRF_HEADER: str(csrf.value), "Origin": self.address}
        )


async def make_user(at: str | Transaction | Any, **columns: Any) -> UserId:
    """Add a user and return its id.

    Keywords are columns of core.users. `at` is a database's URL, a transaction, or a connection.
    """
    user_id: UserId = columns.get("id") or UserId(uuid7())
    row = {"name": "Somebody", **columns, "id": user_id}
    names = ", ".join(row)
    places = ", ".join(f"${number}" for number in range(1, len(row) + 1))
    sql = f"insert into core.users ({names}) values ({places})"
    if isinstance(at, str):
        connection = await asyncpg.connect(at)
        try:
            await connection.execute(sql, *row.values())
        finally:
            await connection.close()
    else:
        connection = at.connection if isinstance(at, Transaction) else at
        await connection.execute(sql, *row.values())
    return user_id


async def sign_in(
    product: "Product",
    user_id: UserId | None = None,
    device: Device | None = None,
    method: str = "test",
    **columns: Any,
) -> Person:
    """Start a session at a running web process, of a new user (keywords are columns) or of one who is there."""
    user = user_id or await make_user(product.runtime.url, **columns)
    tokens = cast(AccessTokens, product.runtime.provided[AccessTokens])
    async with product.runtime.db.write(DOORKEEPER) as tx:
        given = await start_session(tx, user, method=method, device=device or Device(), tokens=tokens)
    return Person(product, user, given)


async def signed_in(product: "Product", user_id: UserId | None = None, **columns: Any) -> Mapping[str, str]:
    """Return the headers of somebody who is signed in."""
    return (await sign_in(product, user_id, **columns)).headers
