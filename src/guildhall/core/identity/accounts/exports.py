"""A person's data as one JSON document."""

from collections.abc import AsyncIterator, Sequence
from datetime import UTC
from typing import IO

import msgspec
from msgspec import Struct

from guildhall.core.identity.accounts.schemas import Export
from guildhall.core.identity.accounts.spool import Spool
from guildhall.db.policies import Viewer
from guildhall.db.pool import Database
from guildhall.ids import UserId

EXPORTS = (
    Export(
        "core.users",
        """
        select id, email, email_verified_at, name, role, password_hash is not null as has_password,
               password_changed_at, subscription_tier, subscription_status, subscription_ends_at,
               stripe_customer_id, stripe_subscription_id, suspended_at, created_at, updated_at
        from core.users where id = $1
        """,
    ),
    Export("core.identities", "select * from core.identities where user_id = $1 order by id"),
    Export(
        "core.sessions",
        """
        select id, method, device_name, device_type, device_token is not null as push, created_at, last_used_at,
               expires_at, ended_at, end_reason
        from core.sessions where user_id = $1 order by id
        """,
    ),
    Export(
        "core.api_tokens",
        """
        select id, name, scopes, created_at, expires_at, last_used_at, revoked_at
        from core.api_tokens where user_id = $1 order by id
        """,
    ),
    Export(
        "core.email_tokens",
        """
        select purpose, email, created_at, expires_at
        from core.email_tokens where user_id = $1 order by created_at
        """,
    ),
    Export("core.totp", "select confirmed_at, created_at from core.totp where user_id = $1"),
    Export("core.recovery_codes", "select used_at from core.recovery_codes where user_id = $1 order by used_at"),
    Export(
        "core.passkeys",
        """
        select id, name, transports, created_at, last_used_at from core.passkeys where user_id = $1 order by id
        """,
    ),
    Export("core.user_settings", "select * from core.user_settings where user_id = $1"),
    Export(
        "core.stripe_customers",
        "select customer_id, event_at from core.stripe_customers where user_id = $1 order by customer_id",
    ),
    Export(
        "core.stripe_subscriptions",
        """
        select subscription_id, customer_id, status, ends_at, renews, event_at
        from core.stripe_subscriptions where user_id = $1 order by subscription_id
        """,
    ),
    Export(
        "core.security_events",
        """
        select id, at, kind, outcome, session_id, agent, details
        from core.security_events where user_id = $1 order by at, id
        """,
    ),
)
"""Identity's own part: without hashes, sealed secrets and where pushes go."""


class Exports(Struct, frozen=True):
    """The parts of an export of every slice that is on."""

    parts: Sequence[Export]


class Exporter:
    """Makes exports, two at once in a process."""

    def __init__(self, exports: Exports, db: Database) -> None:
        self._parts = exports.parts
        self._db = db
        self._spool = Spool()

    async def export(self, user_id: UserId) -> AsyncIterator[bytes]:
        """Pieces of the document: made whole, of one instant, before the first piece leaves. Raises ExportBusy."""
        return await self._spool.pieces(lambda file: self._write(user_id, file))

    async def _write(self, user_id: UserId, file: IO[bytes]) -> None:
        """`{"exported_at", "user_id", "tables": {name: [row, …]}}`."""
        async with self._db.read(Viewer(user_id), snapshot=True, timeout=60) as tx:
            at = tx.now.astimezone(UTC).isoformat()
            file.write(f'{{"exported_at":"{at}","user_id":"{user_id}","tables":{{'.encode())
            for index, part in enumerate(self._parts):
                name = msgspec.json.encode(part.table)
                file.write((b",\n" if index else b"\n") + name + b":[")
                # The rows come as text, so that whatever type a column has PostgreSQL writes its JSON.
                sql = f"select row_to_json(t)::text from ({part.sql}) t"
                first = True
                async for record in tx.connection.cursor(sql, user_id, prefetch=500):
                    file.write((b"\n" if first else b",\n") + record[0].encode())
                    first = False
                file.write(b"]")
            file.write(b"\n}}\n")
