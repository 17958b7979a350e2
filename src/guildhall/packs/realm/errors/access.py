"""Why somebody may not."""

from guildhall.errors import Conflict, GuildhallError, NotFound


class Forbidden(GuildhallError):
    """The viewer does not have the permission."""

    status = 403
    code = "realm.forbidden"
    title = "Permission denied"


class NoProfile(Conflict):
    """The account has no character on any server yet."""

    code = "realm.no_profile"
    title = "No character yet"

    def __init__(self) -> None:
        super().__init__("Make a character on a server first: PUT /api/v1/realm/me.")


class ServerNotFound(NotFound):
    """There is no such server."""

    code = "realm.server_not_found"
    title = "Server not found"

    def __init__(self) -> None:
        super().__init__("There is no such server.")


class ChannelNotFound(NotFound):
    """There is no such channel, or the viewer may not know of it."""

    code = "realm.channel_not_found"
    title = "Channel not found"

    def __init__(self) -> None:
        super().__init__("There is no such channel.")


class UserNotFound(NotFound):
    """There is no such person on this server."""

    code = "realm.user_not_found"
    title = "Person not found"

    def __init__(self) -> None:
        super().__init__("There is no such person here.")


class ReadOnly(Forbidden):
    """The viewer may read the channel and not write in it."""

    code = "realm.read_only"
    title = "You may not write here"


class LevelTooLow(Forbidden):
    """The channel asks for a higher level."""

    code = "realm.level_too_low"
    title = "Level too low"


class Muted(Forbidden):
    """The viewer was muted by a moderator."""

    code = "realm.muted"
    title = "You are muted"

    def __init__(self, detail: str, retry_after: int | None) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


class Banned(Forbidden):
    """The viewer was banned from the server or the channel."""

    code = "realm.banned"
    title = "You are banned"
