"""Why a message is not written."""

from guildhall.errors import Conflict, GuildhallError, NotFound, TooManyRequests, Unavailable


class AccessChanged(Conflict):
    """Somebody's access was taken away since the sender's was judged; it has to be judged again."""

    code = "realm.access_changed"
    title = "Rights have changed"

    def __init__(self) -> None:
        super().__init__("Rights changed at the same moment; try again.")


class SlowMode(TooManyRequests):
    """The channel wants more time between two messages of one person."""

    code = "realm.slow_mode"
    title = "Slow mode"


class TooManyMessages(TooManyRequests):
    """The sender writes faster than anybody may."""

    code = "realm.too_many_messages"
    title = "Too many messages"


class WriterBusy(Unavailable):
    """More messages wait to be written than may."""

    code = "realm.writer_busy"
    title = "Too much is being said"

    def __init__(self) -> None:
        super().__init__("More messages wait than this process takes; try again.", retry_after=1)


class SendUncertain(Unavailable):
    """The database left while the message was written, and nobody knows whether it was."""

    code = "realm.send_uncertain"
    title = "Perhaps sent, perhaps not"

    def __init__(self) -> None:
        super().__init__("The database left at the wrong moment; look whether the message is there. A key spares this.")


class MessageRefused(GuildhallError):
    """A message that the database does not take."""

    status = 422
    code = "realm.message_refused"
    title = "Message refused"


class ReplyNotFound(NotFound):
    """The message that this one answers is not in the channel."""

    code = "realm.reply_not_found"
    title = "No such message to reply to"

    def __init__(self) -> None:
        super().__init__("The message to reply to is not in this channel.")
