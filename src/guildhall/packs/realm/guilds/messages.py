"""Scheduled jobs for guilds and parties."""

from typing import ClassVar

from guildhall.core.jobs.messages import Message


class ForgetInvitations(Message, frozen=True):
    """Forget the invitations to parties and guilds that have expired."""

    name: ClassVar[str] = "realm.forget_invitations"
    unique: ClassVar[bool] = True
    attempts: ClassVar[int] = 1
