"""Messages to the worker about direct messages."""

from typing import ClassVar

from guildhall.core.jobs.messages import Message
from guildhall.packs.realm.ids import DirectMessageId


class TellDirectMessage(Message, frozen=True):
    """Tell somebody of a direct message that they have not read."""

    name: ClassVar[str] = "realm.tell_direct_message"

    message_id: DirectMessageId
