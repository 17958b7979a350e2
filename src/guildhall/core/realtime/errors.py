"""Errors of live connections."""

from guildhall.errors import BadRequest, Conflict, NotFound, TooManyRequests


class Malformed(BadRequest):
    says = "Not understood: there is no such operation."


class UnknownTopic(NotFound):
    says = "Topic not found: there is no such topic; it is written kind:id."


class NotSubscribed(Conflict):
    says = "Not subscribed: subscribe to the topic first."


class TooManyTopics(Conflict):
    says = "Too many topics: a connection may follow {most}."
    most: int


class TooManyConnections(TooManyRequests):
    says = "Too many connections: close one, or try again later."
    retry_after: int = 30


class Flooding(TooManyRequests):
    code = "realtime.rate_limited"
    says = "Too many operations: slow down."
    retry_after: int = 1
