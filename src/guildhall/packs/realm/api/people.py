"""Characters: one's own, those of others, a server's people and how busy they are."""

from typing import Annotated
from uuid import UUID

from litestar import get, patch, put
from litestar.di import NamedDependency
from litestar.openapi.spec import Example
from litestar.params import JSONBody, QueryParameter
from msgspec import Meta

from guildhall.core.identity.principal import requires
from guildhall.core.identity.schemas import Principal
from guildhall.db.pages import Cursor, Page
from guildhall.db.policies import Viewer
from guildhall.db.pool import Database
from guildhall.packs.realm.actions import people as actions
from guildhall.packs.realm.actions.authority import acting_on
from guildhall.packs.realm.api.parameters import READ, WRITE, After, Large, Limit, ServerId, Small, UserId
from guildhall.packs.realm.errors.access import NoProfile, UserNotFound
from guildhall.packs.realm.queries import people as queries
from guildhall.packs.realm.rules.ranks import NOBODY
from guildhall.packs.realm.schemas.people import MyCharacter, Person, PersonCard, PersonChange, UserStatistics
from guildhall.text import WITHOUT_NUL
from guildhall.web.problems import documented
from guildhall.web.routes import below

_BY_LEVEL = Cursor("people_by_level", 1, tuple[Small, UUID])
_BY_NAME = Cursor("people_by_name", 2, tuple[Annotated[str, Meta(max_length=64, pattern=WITHOUT_NUL)], UUID])
_BUSIEST = Cursor("user_statistics", 1, tuple[Large, UUID])

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


@get("/me", summary="Your character", responses=documented(401, 403, 409), guards=[requires(READ)])
async def get_me(viewer: NamedDependency[Viewer], db: NamedDependency[Database]) -> Person:
    """The character of the account, on its server; 409 before there is one."""
    async with db.read(viewer) as tx:
        found = await queries.person.one_or_none(tx, viewer.id)
    if found is None:
        raise NoProfile
    return found


@put(
    "/me",
    summary="Make or change your character",
    responses=documented(400, 401, 403, 404, 409, 413, 422),
    guards=[requires(WRITE)],
)
async def put_me(data: JSONBody[MyCharacter], viewer: NamedDependency[Viewer], db: NamedDependency[Database]) -> Person:
    """Make or change the viewer's character.

    With another `server_id` it moves there and leaves its badge and channels behind; it must leave its guild, party and
    unfinished raids first (409).
    """
    async with db.write(viewer) as tx:
        return await actions.keep_character(tx, viewer, data)


@get("/users/{user_id:uuid}", summary="Somebody's character", responses=documented(400, 401, 403, 404),
     guards=[requires(READ)])  # fmt: skip
async def get_user(user_id: UserId, viewer: NamedDependency[Viewer], db: NamedDependency[Database]) -> Person:
    """Return a character of any server. Inactive characters are shown to nobody but themselves."""
    async with db.read(viewer) as tx:
        found = await queries.person.one_or_none(tx, user_id)
    if found is None or (not found.is_active and user_id != viewer.id):
        raise UserNotFound
    return found


@patch(
    "/users/{user_id:uuid}",
    summary="Change somebody's badge, level, experience or activity",
    responses=documented(400, 401, 403, 404, 409, 413),
    guards=[requires(WRITE)],
)
async def patch_user(
    user_id: UserId,
    data: JSONBody[PersonChange],
    principal: NamedDependency[Principal],
    db: NamedDependency[Database],
) -> Person:
    """Change a character; takes effect at once on everything that is open. For administrators of their server."""
    async with db.write(principal.viewer) as tx:
        return await actions.change_person(tx, principal, user_id, data)


@get("/servers/{server_id:uuid}/users", summary="People of a server", responses=documented(400, 401, 403, 404, 409),
     guards=[requires(READ)])  # fmt: skip
async def list_users(
    server_id: ServerId,
    principal: NamedDependency[Principal],
    db: NamedDependency[Database],
    name: Prefix = None,
    level_from: LevelFrom = 1,
    level_to: LevelTo = 120,
    after: After = None,
    limit: Limit = 50,
) -> Page[PersonCard]:
    """The active people of the viewer's server, the highest level first; by name when searched by name."""
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


@get(
    "/servers/{server_id:uuid}/statistics/users",
    summary="User statistics of a server, the busiest first",
    responses=documented(400, 401, 403, 404, 409),
    guards=[requires(READ)],
)
async def list_user_statistics(
    server_id: ServerId,
    principal: NamedDependency[Principal],
    db: NamedDependency[Database],
    after: After = None,
    limit: Limit = 50,
) -> Page[UserStatistics]:
    """Messages ever sent, raids taken part in, level and last login of everybody on the viewer's server."""
    messages, last = _BUSIEST.decode_or_none(after) or (None, None)
    async with db.read(principal.viewer) as tx:
        await acting_on(tx, principal, server_id, NOBODY)
        rows = await queries.user_statistics.many(tx, server_id, messages, last, limit + 1)
    return _BUSIEST.page(rows, limit, lambda row: (row.message_count, row.id))


routes = below(
    "/api/v1/realm",
    [get_me, put_me, get_user, patch_user, list_users, list_user_statistics],
)
