"""Characters: one's own, those of others, a server's people and how busy they are."""

from typing import Annotated

from litestar.openapi.spec import Example
from litestar.params import QueryParameter
from msgspec import Meta

from guildhall.core.identity.principals.schemas import Principal
from guildhall.db.pages import Cursor, Page
from guildhall.db.policies import Viewer
from guildhall.db.pool import Database
from guildhall.ids import UserId
from guildhall.packs.realm.access.actions.authority import acting_on
from guildhall.packs.realm.access.api.parameters import (
    READ,
    STAFF,
    WRITE,
    After,
    Large,
    Limit,
    PathServerId,
    PathUserId,
    Small,
)
from guildhall.packs.realm.access.errors.permissions import NoProfile, UserNotFound
from guildhall.packs.realm.access.rules.ranks import NOBODY
from guildhall.packs.realm.people import queries
from guildhall.packs.realm.people.actions import people as actions
from guildhall.packs.realm.people.errors import NameRefused, NameTaken, StillBound
from guildhall.packs.realm.people.schemas import MyCharacter, Person, PersonCard, PersonChange, UserStatistics
from guildhall.text import WITHOUT_NUL
from guildhall.web.route import Asked, Pages, Read, Routes, Write

routes = Routes("/api/v1/realm")

_BY_LEVEL = Cursor("people_by_level", 1, tuple[Small, UserId])
_BY_NAME = Cursor("people_by_name", 2, tuple[Annotated[str, Meta(max_length=64, pattern=WITHOUT_NUL)], UserId])
_BUSIEST = Cursor("user_statistics", 1, tuple[Large, UserId])

LevelFrom = Annotated[
    int, QueryParameter(name="level_from", ge=1, le=120, description="The lowest level", examples=[Example(value=1)])
]
LevelTo = Annotated[
    int, QueryParameter(name="level_to", ge=1, le=120, description="The highest level", examples=[Example(value=120)])
]
Prefix = Annotated[
    str | None,
    QueryParameter(
        name="name", description="Only those whose names begin so, however written; then by name", min_length=1,
        max_length=32, pattern=WITHOUT_NUL, required=False, examples=[Example(value="thr")],
    ),
]  # fmt: skip


@routes.get("/me", scope=READ, raises=(NoProfile,))
async def get_me(viewer: Viewer, tx: Read) -> Person:
    """Your character.

    The character of the account, on its server; 409 before there is one.
    """
    found = await queries.person.one_or_none(tx, viewer.id)
    if found is None:
        raise NoProfile
    return found


@routes.put("/me", scope=WRITE, raises=(*STAFF, NameTaken, StillBound, NameRefused))
async def put_me(data: MyCharacter, tx: Write) -> Person:
    """Make or change your character.

    With another `server_id` it moves there and leaves its badge and channels behind; it must leave its guild, party and
    unfinished raids first (409).
    """
    return await actions.keep_character(tx, data)


@routes.get("/users/{user_id:uuid}", scope=READ, raises=(UserNotFound,))
async def get_user(user_id: PathUserId, viewer: Viewer, tx: Read) -> Person:
    """The character of a person.

    Return a character of any server. Inactive characters are shown to nobody but themselves.
    """
    found = await queries.person.one_or_none(tx, user_id)
    if found is None or (not found.is_active and user_id != viewer.id):
        raise UserNotFound
    return found


@routes.patch("/users/{user_id:uuid}", scope=WRITE, raises=(*STAFF, UserNotFound))
async def patch_user(user_id: PathUserId, data: PersonChange, principal: Principal, tx: Write) -> Person:
    """Change somebody's badge, level, experience or activity.

    Change a character; takes effect at once on everything that is open. For administrators of their server.
    """
    return await actions.change_person(tx, principal, user_id, data)


@routes.get("/servers/{server_id:uuid}/users", scope=READ, raises=STAFF)
async def list_users(
    server_id: PathServerId,
    principal: Principal,
    db: Database,
    name: Prefix = None,
    level_from: LevelFrom = 1,
    level_to: LevelTo = 120,
    after: After = None,
    limit: Limit = 50,
) -> Page[PersonCard]:
    """People of a server.

    The active people of the viewer's server, the highest level first; by name when searched by name.
    """
    if name is not None:
        last_name, last = _BY_NAME.decode_or_none(after) or (None, None)
        async with db.read(principal.viewer) as tx:
            await acting_on(tx, principal, server_id, NOBODY)
            rows = await queries.people_by_name.many(
                tx, server_id, level_from, level_to, name, last_name, last, limit + 1
            )
        return _BY_NAME.page(rows, limit, lambda row: (row.username, row.id))
    level, last = _BY_LEVEL.decode_or_none(after) or (None, None)
    async with db.read(principal.viewer) as tx:
        await acting_on(tx, principal, server_id, NOBODY)
        rows = await queries.people_by_level.many(tx, server_id, level_from, level_to, level, last, limit + 1)
    return _BY_LEVEL.page(rows, limit, lambda row: (row.level, row.id))


@routes.get("/servers/{server_id:uuid}/statistics/users", scope=READ, pages=Pages(_BUSIEST, 50), raises=STAFF)
async def list_user_statistics(
    server_id: PathServerId, principal: Principal, tx: Read, asked: Asked[tuple[Large, UserId]]
) -> Page[UserStatistics]:
    """User statistics of a server, the busiest first.

    Messages ever sent, raids taken part in, level and last login of everybody on the viewer's server.
    """
    messages, last = asked.after or (None, None)
    await acting_on(tx, principal, server_id, NOBODY)
    rows = await queries.user_statistics.many(tx, server_id, messages, last, asked.rows)
    return _BUSIEST.page(rows, asked.limit, lambda row: (row.message_count, row.id))
