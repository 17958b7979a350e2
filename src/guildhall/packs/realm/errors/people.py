"""What goes wrong with somebody's character."""

from guildhall.errors import Conflict, GuildhallError


class NameTaken(Conflict):
    """Somebody else has that name there."""

    code = "realm.name_taken"
    title = "The name is taken"

    def __init__(self) -> None:
        super().__init__("Somebody on this server has that name already, perhaps written otherwise.")


class NameRefused(GuildhallError):
    """The name cannot be borne."""

    status = 422
    code = "realm.name_refused"
    title = "The name is refused"


class StillBound(Conflict):
    """Somebody who wants to move still belongs to something on the server that they would leave."""

    code = "realm.still_bound"
    title = "Still bound to this server"

    def __init__(self, ties: list[str]) -> None:
        super().__init__(f"Leave these first, then move: {', '.join(ties)}.")
