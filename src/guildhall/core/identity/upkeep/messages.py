"""Events and jobs of identity."""

from typing import ClassVar

from guildhall.core.jobs.messages import Message


class CleanUpSessions(Message, frozen=True):
    """Forget sessions that have expired, spent refresh tokens, sign-ins nobody ended, and revoked API tokens."""

    name: ClassVar[str] = "identity.clean_up_sessions"
    unique: ClassVar[bool] = True


class TidyAccounts(Message, frozen=True):
    """Forget links, challenges and tries that are over, and sign-ups that nobody confirmed."""

    name: ClassVar[str] = "identity.tidy_accounts"
    unique: ClassVar[bool] = True
