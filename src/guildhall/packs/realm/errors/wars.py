"""Why a war is not waged so."""

from guildhall.errors import Conflict, NotFound


class WarNotFound(NotFound):
    """There is no such war on the viewer's server."""

    code = "realm.war_not_found"
    title = "War not found"

    def __init__(self) -> None:
        super().__init__("There is no such war.")


class TerritoryNotFound(NotFound):
    """There is no such territory on the viewer's server."""

    code = "realm.territory_not_found"
    title = "Territory not found"

    def __init__(self) -> None:
        super().__init__("There is no such territory.")


class TerritoryNameTaken(Conflict):
    """Another territory of the server is called so."""

    code = "realm.territory_name_taken"
    title = "Name taken"

    def __init__(self) -> None:
        super().__init__("Another territory of the server is called so.")


class WarOnSelf(Conflict):
    """A guild does not fight itself."""

    code = "realm.war_on_self"
    title = "No war on oneself"

    def __init__(self) -> None:
        super().__init__("A guild does not declare war on itself.")


class WarRunning(Conflict):
    """Two guilds have one war at a time."""

    code = "realm.war_running"
    title = "At war already"

    def __init__(self) -> None:
        super().__init__("The two guilds are at war already.")


class WarNotActive(Conflict):
    """The war has not begun, or has ended."""

    code = "realm.war_not_active"
    title = "The war is not being fought"


class WarEnded(Conflict):
    """The war has ended."""

    code = "realm.war_ended"
    title = "The war has ended"

    def __init__(self) -> None:
        super().__init__("The war has ended.")


class NotWinning(Conflict):
    """The points do not suffice to take the territory."""

    code = "realm.not_winning"
    title = "Not enough points"


class TerritoryNotHeld(Conflict):
    """The territory is not the other guild's, or not what the war is about."""

    code = "realm.territory_not_held"
    title = "Not the other's territory"
