"""What may go wrong with something live."""

from guildhall.errors import BadRequest, GuildhallError, NotFound, TooManyRequests


class Malformed(BadRequest):
    """The frame is no operation that is known here."""

    code = "realtime.malformed"
    title = "Not understood"


class UnknownTopic(NotFound):
    """There is no such topic."""

    code = "realtime.unknown_topic"
    title = "Topic not found"

    def __init__(self) -> None:
        super().__init__("There is no such topic; it is written kind:id.")


class NotSubscribed(GuildhallError):
    """The operation is for those who follow the topic."""

    status = 409
    code = "realtime.not_subscribed"
    title = "Not subscribed"

    def __init__(self) -> None:
        super().__init__("Subscribe to the topic first.")


class TooManyTopics(GuildhallError):
    """The connection follows as many topics as it may."""

    status = 409
    code = "realtime.too_many_topics"
    title = "Too many topics"


class TooManyConnections(TooManyRequests):
    """The user or the process has as many live connections as it may."""

    code = "realtime.too_many_connections"
    title = "Too many connections"


class Flooding(TooManyRequests):
    """The connection asks for more than it may."""

    code = "realtime.rate_limited"
    title = "Too many operations"
