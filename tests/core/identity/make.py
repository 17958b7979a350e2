"""People who are signed in, for the tests of every slice."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import asyncpg

from guildhall.core.identity.actions.sessions import start_session
from guildhall.core.identity.schemas import DOORKEEPER, Device, SessionTokens
from guildhall.core.identity.tokens import AccessTokens
from guildhall.db.pool import Transaction
from guildhall.ids import uuid7


class Person:
    """A user with a session. `headers` make a request theirs."""

    def __init__(self, user_id: UUID, tokens: SessionTokens) -> None:
        self.id = user_id
        self.tokens = tokens

    @property
    def session_id(self) -> UUID:
        """The session's id."""
        return self.tokens.session_id

    @property
    def headers(self) -> dict[str, str]:
        """The bearer token."""
        return {"Authorization": f"Bearer {self.tokens.access_token}"}


async def make_user(at: str | Transaction | Any, **columns: Any) -> UUID:
    """A user; keywords are columns of core.users. `at` is a database's URL, a transaction, or a connection."""
    user_id: UUID = columns.get("id") or uuid7()
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
    guildhall: Any, user_id: UUID | None = None, device: Device | None = None, method: str = "test", **columns: Any
) -> Person:
    """A session at a running web process, of a new user (keywords are columns) or of one who is there."""
    user = user_id or await make_user(guildhall.runtime.url, **columns)
    tokens: AccessTokens = guildhall.runtime.provided[AccessTokens]
    async with guildhall.runtime.db.write(DOORKEEPER) as tx:
        return Person(user, await start_session(tx, user, method=method, device=device or Device(), tokens=tokens))


async def signed_in(guildhall: Any, user_id: UUID | None = None, **columns: Any) -> Mapping[str, str]:
    """The headers of somebody who is signed in."""
    return (await sign_in(guildhall, user_id, **columns)).headers
