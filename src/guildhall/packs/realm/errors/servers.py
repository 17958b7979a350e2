"""Why somebody does not get onto a server, and what cannot be done to one."""

from guildhall.errors import Conflict, NotFound
from guildhall.packs.realm.errors.access import Forbidden


class ServerMaintenance(Conflict):
    """The server is being worked on."""

    code = "realm.server_maintenance"
    title = "Under maintenance"

    def __init__(self, reason: str | None) -> None:
        super().__init__(reason or "The server is under maintenance; try again in a while.")
        self.retry_after = 60


class ServerOffline(Conflict):
    """The server is switched off."""

    code = "realm.server_offline"
    title = "Offline"

    def __init__(self, reason: str | None) -> None:
        super().__init__(reason or "The server is offline.")
        self.retry_after = 300


class ServerFull(Conflict):
    """As many play as fit in."""

    code = "realm.server_full"
    title = "The server is full"

    def __init__(self, capacity: int) -> None:
        super().__init__(f"All {capacity} places are taken; somebody must leave first.")
        self.retry_after = 15


class LevelOutOfRange(Forbidden):
    """The server is for other levels."""

    code = "realm.level_out_of_range"
    title = "Not your level"

    def __init__(self, least: int, most: int) -> None:
        super().__init__(f"This server is for levels {least} to {most}.")


class ServerNameTaken(Conflict):
    """Another server has that name."""

    code = "realm.server_name_taken"
    title = "The name is taken"

    def __init__(self) -> None:
        super().__init__("Another server has that name.")


class CapacityTooSmall(Conflict):
    """More people play than the new capacity has places for."""

    code = "realm.capacity_below_population"
    title = "Too many are on it"

    def __init__(self, population: int) -> None:
        super().__init__(f"{population} play there now; end sessions first, or choose a capacity of that at least.")


class LevelRangeTurned(Conflict):
    """The lowest level would be above the highest."""

    code = "realm.level_range_turned"
    title = "Lowest above highest"

    def __init__(self) -> None:
        super().__init__("The lowest level of the range must not be above the highest.")


class SessionNotFound(NotFound):
    """There is no such session of the viewer's."""

    code = "realm.session_not_found"
    title = "Session not found"

    def __init__(self) -> None:
        super().__init__("You have no such session.")


class SessionOver(Conflict):
    """The session has ended; log in again."""

    code = "realm.session_over"
    title = "The session has ended"

    def __init__(self) -> None:
        super().__init__("The session has ended; log in again.")
