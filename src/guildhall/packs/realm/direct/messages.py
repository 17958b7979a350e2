"""Messages to the worker about direct messages."""

from typing import ClassVar
from uuid import UUID

from guildhall.core.jobs.messages import Message


class TellDirectMessage(Message, frozen=True):
    """Tell somebody of a direct message that they have not read."""

    name: ClassVar[str] = "realm.tell_direct_message"

    message_id: UUID
