"""Tokens of characters, sealed, and the state of access."""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from guildhall.core.vault.schemas import SealedColumn
from guildhall.ids import UserId
from guildhall.packs.eve.ids import CharacterId, RevocationId

ACCESS_TOKEN = SealedColumn("eve.characters", "access_token")
REFRESH_TOKEN = SealedColumn("eve.characters", "refresh_token")
TokenState = Literal["valid", "needs_authorisation", "sold", "removed"]


class Tokens(Struct, frozen=True):
    """A character's tokens, which are sealed, and their state."""

    id: CharacterId
    user_id: UserId
    character_id: int
    character_name: str
    owner_hash: str | None
    token_state: TokenState
    token_expires_at: datetime
    access_token: str | None
    refresh_token: str | None
    lease: int
    refresh_due_at: datetime | None
    refresh_failures: int

    def __repr__(self) -> str:
        return f"Tokens(id={self.id}, token_state={self.token_state!r})"


class Leased(Struct, frozen=True):
    """A character that this process refreshes alone while `lease` is the row's."""

    id: CharacterId
    user_id: UserId
    character_id: int
    character_name: str
    owner_hash: str | None
    refresh_token: str
    lease: int
    refresh_failures: int

    def __repr__(self) -> str:
        return f"Leased(id={self.id}, lease={self.lease})"


class PendingRevocation(Struct, frozen=True):
    """A refresh token on its way to be revoked, sealed under the character's id."""

    id: RevocationId
    created_at: datetime
    refresh_token: str
    tries: int

    def __repr__(self) -> str:
        return f"PendingRevocation(id={self.id}, tries={self.tries})"
