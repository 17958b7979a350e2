"""Failures that the dota2 pack tells its clients."""

from guildhall.errors import BadRequest, Conflict, NotFound, TooManyRequests


class BadAccountId(BadRequest):
    """Not a Steam account id of either length."""

    code = "dota2.bad_account_id"
    title = "Bad account id"


class PlayerNotFound(NotFound):
    """OpenDota does not know the player."""

    code = "dota2.player_not_found"
    title = "Player not found"

    def __init__(self, account_id: int) -> None:
        super().__init__(f"OpenDota does not know the player {account_id}.")


class ResourceNotFound(NotFound):
    """There are no constants of that name."""

    code = "dota2.resource_not_found"
    title = "Constants not found"

    def __init__(self, resource: str) -> None:
        super().__init__(f"There are no constants '{resource}'.")


class BadQuery(BadRequest):
    """A parameter is out of its range."""

    code = "dota2.bad_query"
    title = "Bad parameter"


class RefreshTooSoon(TooManyRequests):
    """The player was refreshed a moment ago."""

    code = "dota2.refresh_too_soon"
    title = "Refreshed a moment ago"


class RuleNotFound(NotFound):
    """The viewer has no trend rule of that id."""

    code = "dota2.rule_not_found"
    title = "Trend rule not found"


class TooManyTracked(Conflict):
    """As many players are kept fresh as the settings allow."""

    code = "dota2.too_many_tracked"
    title = "Too many tracked players"
