"""The API of game servers: bodies of many rows."""

from dataclasses import dataclass
from typing import Any, ClassVar

from litestar import Request
from litestar.openapi.spec import OpenAPIMediaType, Operation, RequestBody, Schema
from litestar.openapi.spec.enums import OpenAPIType

from guildhall.core.identity.principals.schemas import Principal
from guildhall.db.pool import Database, Transaction
from guildhall.packs.realm.access.api.parameters import GAME, STAFF, PathServerId
from guildhall.packs.realm.access.errors.permissions import ChannelNotFound, ReadOnly, UserNotFound
from guildhall.packs.realm.game.actions.messages import GameVoice
from guildhall.packs.realm.game.actions.people import take_player_stats
from guildhall.packs.realm.game.actions.raids import make_raids, take_ticks
from guildhall.packs.realm.game.errors import NotRows, TooManyRows
from guildhall.packs.realm.game.schemas import RowsTaken
from guildhall.packs.realm.raids.errors import BadTime, NotParticipant, RaidNotFound
from guildhall.packs.realm.settings import RealmSettings
from guildhall.packs.realm.writer.errors import MessageRefused
from guildhall.web.route import Routes

PATH = "/api/v1/realm/game"
routes = Routes(PATH)

MEDIA_TYPE = "application/x-ndjson"
_LIMIT = None
"""The framework's limit of bodies is off: the edge has its own for these."""

_AN_ID = "0192f8a4-7c00-7000-8000-000000000001"


@dataclass
class _OfRows(Operation):
    """An operation whose body is rows, which no parameter of the handler says."""

    row: ClassVar[str]

    def __post_init__(self) -> None:
        self.request_body = RequestBody(
            {MEDIA_TYPE: OpenAPIMediaType(schema=Schema(type=OpenAPIType.STRING, examples=[f"{self.row}\n"]))},
            description="A JSON object a line.",
            required=True,
        )


@dataclass
class _Events(_OfRows):
    row = '{"key": "dragon-1", "kind": "boss.spawned", "content": "Onyxia wakes.", "data": {"zone": 7}}'


@dataclass
class _Messages(_OfRows):
    row = f'{{"key": "m-1", "channel_id": "{_AN_ID}", "content": "The gates open in five minutes."}}'


@dataclass
class _Raids(_OfRows):
    row = '{"external_id": "r-1", "name": "Friday", "boss_name": "Ragnaros", "leader_name": "Thrall"}'


@dataclass
class _Ticks(_OfRows):
    row = '{"external_id": "r-1", "at": "2026-11-20T20:00:00Z", "status": "in_progress", "health_percentage": 90}'


@dataclass
class _Stats(_OfRows):
    row = (
        '{"external_id": "r-1", "username": "Thrall", "at": "2026-11-20T20:00:00Z", "role": "dps", "class": "shaman",'
        ' "damage_dealt": 120000, "level": 60}'
    )


async def rows(request: Request[Any, Any, Any]) -> bytes:
    """The body of a call, once it is known who calls. Raises NotRows."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != MEDIA_TYPE:
        raise NotRows
    return await request.body()


@routes.post(
    "/servers/{server_id:uuid}/events",
    scope=GAME,
    status=200,
    raises=(*STAFF, ReadOnly, ChannelNotFound, TooManyRows, NotRows, MessageRefused),
    options={"operation_class": _Events, "request_max_body_size": _LIMIT},
)
async def post_events(
    server_id: PathServerId, request: Request[Any, Any, Any], principal: Principal, game_voice: GameVoice
) -> RowsTaken:
    """Report events, as the game.

    System messages in channels, or in the server's log where a row has no `channel_id`.

    A row: `key` (the game's own name for it; the same within a day changes nothing), `kind`, `content`, and if wished
    `channel_id`, `data` (any JSON), `at`.
    """
    return await game_voice.events(principal, server_id, await rows(request))


@routes.post(
    "/servers/{server_id:uuid}/messages",
    scope=GAME,
    status=200,
    raises=(*STAFF, ReadOnly, ChannelNotFound, TooManyRows, NotRows, MessageRefused),
    options={"operation_class": _Messages, "request_max_body_size": _LIMIT},
)
async def post_messages(
    server_id: PathServerId, request: Request[Any, Any, Any], principal: Principal, game_voice: GameVoice
) -> RowsTaken:
    """Send messages to channels, as the game.

    System messages. A row: `key`, `channel_id`, `content`, and if wished `metadata` (a JSON object).
    """
    return await game_voice.messages(principal, server_id, await rows(request))


@routes.post(
    "/servers/{server_id:uuid}/raids",
    scope=GAME,
    status=200,
    raises=(*STAFF, UserNotFound, TooManyRows, NotRows, BadTime),
    options={"operation_class": _Raids, "request_max_body_size": _LIMIT},
)
async def post_raids(
    server_id: PathServerId,
    request: Request[Any, Any, Any],
    principal: Principal,
    db: Database,
    settings: RealmSettings,
) -> RowsTaken:
    """Prepare raids, as the game.

    Raids, 200 a call. A row: `external_id` (the same again changes nothing), `name`, `boss_name`, `leader_id` or
    `leader_name`, and if wished `difficulty`, `description`, `scheduled_at`, `tank_slots`, `healer_slots`, `dps_slots`.
    """
    body = await rows(request)

    async def make(tx: Transaction) -> RowsTaken:
        return await make_raids(tx, principal, server_id, body, settings)

    return await db.transact(make, principal.viewer)


@routes.post(
    "/servers/{server_id:uuid}/raid-ticks",
    scope=GAME,
    status=200,
    raises=(*STAFF, RaidNotFound, TooManyRows, NotRows, BadTime),
    options={"operation_class": _Ticks, "request_max_body_size": _LIMIT},
)
async def post_ticks(
    server_id: PathServerId,
    request: Request[Any, Any, Any],
    principal: Principal,
    db: Database,
    settings: RealmSettings,
) -> RowsTaken:
    """Report the progress of raids, as the game.

    Report ticks, which are taken in the order of lines.

    A row: `raid_id` or `external_id`, `at`, and what changed: `status` (`in_progress` begins a pull, `wipe` and
    `victory` end it), `health_percentage` (falls), `phase`; `seq` orders ticks of one instant. A tick that is not later
    than the last one of its raid was reported before and changes nothing.
    """
    body = await rows(request)

    async def take(tx: Transaction) -> RowsTaken:
        return await take_ticks(tx, principal, server_id, body, settings)

    return await db.transact(take, principal.viewer)


@routes.post(
    "/servers/{server_id:uuid}/player-stats",
    scope=GAME,
    status=200,
    raises=(*STAFF, RaidNotFound, UserNotFound, TooManyRows, NotRows, BadTime, NotParticipant),
    options={"operation_class": _Stats, "request_max_body_size": _LIMIT},
)
async def post_stats(
    server_id: PathServerId,
    request: Request[Any, Any, Any],
    principal: Principal,
    db: Database,
    settings: RealmSettings,
) -> RowsTaken:
    """Report statistics of players, as the game.

    Totals, which only grow. A row: `user_id` or `username`, `at`, and of a raid (`raid_id` or `external_id`)
    `damage_dealt`, `healing`, `damage_taken`, `deaths`, `uptime_percentage`, `class`; of the character `level` and
    `experience`. With `role` and `class` somebody takes part in the raid from then on.
    """
    body = await rows(request)

    async def take(tx: Transaction) -> RowsTaken:
        return await take_player_stats(tx, principal, server_id, body, settings)

    return await db.transact(take, principal.viewer)


def larger_bodies(settings: RealmSettings) -> dict[str, int]:
    """Kilobytes that bodies here may have."""
    return {f"{PATH}/servers/": settings.game_body_kb}
