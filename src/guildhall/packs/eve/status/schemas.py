"""The game's server, as it is stored and as it is shown."""

from datetime import datetime

from msgspec import Struct


class ServerStatus(Struct, frozen=True):
    """The game's server. `routes_down` are routes of ESI that are down.

    `online` is false while ESI says that there is no server, or in the daily downtime. It is null while nobody knows:
    ESI cannot be reached or fails otherwise, or has not been asked for ten minutes. `as_of` and `age` are those of the
    last answer.
    """

    online: bool | None
    players: int | None
    server_version: str | None
    start_time: datetime | None
    vip: bool
    routes_down: list[str]
    as_of: datetime | None
    age: int | None


class ServerStatusRow(Struct, frozen=True):
    """The game's server as it is stored."""

    online: bool | None
    players: int | None
    server_version: str | None
    start_time: datetime | None
    vip: bool
    routes_down: list[str]
    as_of: datetime | None
