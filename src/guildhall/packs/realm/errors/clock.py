"""Why the order cannot be mended now."""

from guildhall.errors import Conflict


class StillServing(Conflict):
    """A web process is connected, and goes on from where it believes the order to be."""

    code = "realm.still_serving"
    title = "A web process is running"

    def __init__(self) -> None:
        super().__init__("Stop the web processes first; the order must not go back while anybody reads it.")
