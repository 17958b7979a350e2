"""Errors of events."""

from guildhall.errors import BadRequest, NotFound, TooManyRequests, Unavailable, Unprocessable


class BadBatch(BadRequest):
    says = "Bad batch: the body is no JSON object with a list of events."


class BatchTooLarge(Unprocessable):
    says = "Too many events in a batch: it may have {most}."
    most: int


class TooManyEvents(TooManyRequests):
    says = "Too many events: wait {retry_after} seconds."


class EventsBusy(Unavailable):
    says = "Too many events wait to be stored: more than this process takes; try again."
    retry_after = 1


class EventUncertain(Unavailable):
    """The connection to the database was lost while the event was written."""

    says = "Perhaps stored, perhaps not: with an id an event can simply be sent again."


class UnknownEventType(Unprocessable):
    says = "Unknown event type: clients cannot send events of this type."


class EventTooLarge(Unprocessable):
    says = "Event too large: its data may have {most} bytes."
    most: int


class BadEvent(Unprocessable):
    says = "Bad event: it does not have the shape of its type."


class EventRefused(Unprocessable):
    says = "Event refused: the database does not take it."


class BadTimeZone(BadRequest):
    says = "Unknown time zone: names are those of the IANA, such as 'Europe/Berlin'."


class DayNotKept(NotFound):
    says = "Day not kept: the events of {day} have left the database, and cannot be counted again."
    day: str


class DayNotBegun(BadRequest):
    says = "Day not begun: {day} has no events yet, by UTC."
    day: str
