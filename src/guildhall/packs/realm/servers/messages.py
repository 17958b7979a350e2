"""Scheduled jobs for sessions of players."""

from typing import ClassVar

from guildhall.core.jobs.messages import Message


class EndSilentSessions(Message, frozen=True):
    """Log out everybody who was not heard of for a while."""

    name: ClassVar[str] = "realm.end_silent_sessions"
    unique: ClassVar[bool] = True


class ForgetRealmSessions(Message, frozen=True):
    """Forget sessions that have ended long ago."""

    name: ClassVar[str] = "realm.forget_sessions"
    unique: ClassVar[bool] = True
