"""Errors of the dota2 pack."""

from uuid import UUID

from guildhall.errors import BadRequest, Conflict, NotFound, TooManyRequests


class BadAccountId(BadRequest):
    says = "Bad account id: '{text}' is not a Steam account id: {why}."
    text: str
    why: str


class PlayerNotFound(NotFound):
    says = "Player not found: OpenDota does not know the player {account_id}."
    account_id: int


class ResourceNotFound(NotFound):
    says = "Constants not found: there are no constants '{resource}'."
    resource: str


class BadQuery(BadRequest):
    says = "Bad parameter: it is out of its range."


class RefreshTooSoon(TooManyRequests):
    says = "Refreshed a moment ago: wait {retry_after} seconds to refresh the player {account_id} again."
    account_id: int


class RuleNotFound(NotFound):
    says = "Trend rule not found: you have no trend rule {rule_id}."
    rule_id: UUID


class TooManyTracked(Conflict):
    says = "Too many tracked players: no more than {most} players are kept fresh."
    most: int
