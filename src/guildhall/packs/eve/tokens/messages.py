"""Orders to refresh and to revoke tokens."""

from typing import ClassVar

from guildhall.core.jobs.messages import Message


class RefreshTokens(Message, frozen=True):
    """Refresh the tokens that end soon and that somebody needs."""

    name: ClassVar[str] = "eve.refresh_tokens"
    unique: ClassVar[bool] = True
    priority: ClassVar[int] = 20
    attempts: ClassVar[int] = 1


class RevokeTokens(Message, frozen=True):
    """Revoke the tokens of removed characters at the SSO."""

    name: ClassVar[str] = "eve.revoke_tokens"
    unique: ClassVar[bool] = True
