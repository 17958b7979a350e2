"""Why a game server's call is not taken."""

from guildhall.errors import GuildhallError, TooLarge


class TooManyRows(TooLarge):
    """The body has more lines than one call may."""

    code = "realm.too_many_rows"
    title = "Too many rows"


class NotRows(GuildhallError):
    """The body does not say that it is NDJSON."""

    status = 415
    code = "realm.not_rows"
    title = "Not rows"

    def __init__(self) -> None:
        super().__init__("The body is to be application/x-ndjson: a JSON object a line.")
