"""Game servers, as they are asked for and shown."""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from guildhall.packs.realm.access.schemas.permissions import Level
from guildhall.packs.realm.ids import GameSessionId, ServerId
from guildhall.text import LANGUAGE, LINE, TEXT

ServerStatus = Literal["online", "maintenance", "offline"]
ServerName = Annotated[str, Meta(min_length=1, max_length=80, pattern=LINE, examples=["Aegwynn"])]
Region = Annotated[str, Meta(min_length=1, max_length=40, pattern=LINE, examples=["eu"])]
Language = Annotated[str, Meta(min_length=2, max_length=35, pattern=LANGUAGE, examples=["en"])]
Capacity = Annotated[int, Meta(ge=1, le=1_000_000)]
StatusReason = Annotated[str, Meta(max_length=300, pattern=TEXT, examples=["Back at noon"])]


class Server(Struct, frozen=True):
    """A server. `current_population` follows the sessions within a second."""

    id: ServerId
    name: str
    region: str
    capacity: int
    current_population: int
    status: ServerStatus
    status_reason: str | None
    language: str
    pvp_enabled: bool
    level_range_min: int
    level_range_max: int
    created_at: datetime
    updated_at: datetime


class ServerRequest(Struct, frozen=True):
    """A server to open."""

    name: ServerName
    region: Region
    capacity: Capacity = 1000
    status: ServerStatus = "online"
    status_reason: StatusReason | None = None
    language: Language = "en"
    pvp_enabled: bool = True
    level_range_min: Level = 1
    level_range_max: Level = 120


class ServerChange(Struct, frozen=True):
    """A change of a server; a field that is left out stays.

    `end_sessions` says whether a server that leaves 'online' ends the open sessions; if it is left out, the settings
    decide.
    """

    name: ServerName | UnsetType = UNSET
    region: Region | UnsetType = UNSET
    capacity: Capacity | UnsetType = UNSET
    status: ServerStatus | UnsetType = UNSET
    status_reason: StatusReason | UnsetType | None = UNSET
    language: Language | UnsetType = UNSET
    pvp_enabled: bool | UnsetType = UNSET
    level_range_min: Level | UnsetType = UNSET
    level_range_max: Level | UnsetType = UNSET
    end_sessions: bool | None = None


class Session(Struct, frozen=True):
    """A stay on a server."""

    id: GameSessionId
    server_id: ServerId
    user_agent: str | None
    login_at: datetime
    logout_at: datetime | None
    last_activity: datetime


class SessionsEnded(Struct, frozen=True):
    """The number of sessions that an administrator has ended."""

    ended: int
