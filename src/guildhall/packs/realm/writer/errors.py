"""Errors of sending messages."""

from guildhall.errors import NotFound, TooManyRequests, Unavailable, Unprocessable


class SlowMode(TooManyRequests):
    says = "Slow mode: wait {retry_after} seconds before your next message in this channel."


class TooManyMessages(TooManyRequests):
    says = "Too many messages: you write faster than anybody may here."


class WriterBusy(Unavailable):
    says = "Too much is being said: more messages wait than this process takes; try again."
    retry_after = 1


class SendUncertain(Unavailable):
    """The connection to the database was lost while the message was written."""

    says = "Perhaps sent, perhaps not: look whether the message is there. With a key it can simply be sent again."


class MessageRefused(Unprocessable):
    says = "Message refused: the database does not take it."


class ReplyNotFound(NotFound):
    says = "No such message to reply to: it is not in this channel."
