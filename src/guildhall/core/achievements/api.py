"""Achievements over HTTP."""

from typing import Annotated

from litestar.openapi.spec import Example
from litestar.params import PathParameter
from msgspec import Meta

from guildhall.core.achievements import views
from guildhall.core.achievements.actions.revoking import restore, revoke
from guildhall.core.achievements.declaration import Achievements
from guildhall.core.achievements.errors import (
    AchievementNotFound,
    AchievementsHidden,
    AlreadyRevoked,
    NotAchieved,
    NotRevoked,
)
from guildhall.core.achievements.queries import catalogue, people
from guildhall.core.achievements.schemas import Revocation
from guildhall.core.identity.principals.errors import RoleMissing
from guildhall.core.identity.principals.schemas import Principal
from guildhall.core.social.blocks.actions import require_unblocked
from guildhall.core.social.blocks.errors import Blocked, BlockedByYou
from guildhall.core.social.parameters import PathHandle
from guildhall.core.social.profiles.errors import ProfileNotFound
from guildhall.core.social.profiles.queries import user_of_handle
from guildhall.core.social.profiles.rules import handle_key
from guildhall.db.pages import Cursor, Page
from guildhall.db.pool import Database, Transaction
from guildhall.ids import UserId
from guildhall.instants import Instant
from guildhall.text import WITHOUT_NUL
from guildhall.web.route import PEOPLE, PUBLIC, Asked, Pages, Read, Routes, Write

routes = Routes("/api/v1")

READ = "achievements:read"
"""The scope of API tokens that read their holder's own achievements."""

_CATALOGUE = Cursor("achievements", 1, str)
_OWN = Cursor("my_achievements", 1, str)
_HELD = Cursor("profile_achievements", 1, tuple[Instant, str])

Pack = Annotated[str | None, Meta(max_length=31, pattern=WITHOUT_NUL, description="Only the achievements of this pack")]
PathName = Annotated[
    str,
    PathParameter(
        description="The achievement's name", examples=[Example(value="poe2.first_build")], max_length=80,
        pattern=WITHOUT_NUL,
    ),
]  # fmt: skip


@routes.get("/achievements", scope=PUBLIC, pages=Pages(_CATALOGUE, usual=50))
async def list_achievements(
    visitor: Principal | None, db: Database, achievements: Achievements, asked: Asked[str], pack: Pack = None
) -> Page[views.CatalogueEntry]:
    """Achievements of all packs.

    By name, with how many people have each. Somebody who is signed in sees which of them they have, and what is hidden
    behind those.
    """
    viewer = None if visitor is None else visitor.viewer
    async with db.read(viewer) as tx:
        rows = await catalogue.page.many(
            tx, achievements.names, None if viewer is None else viewer.id, pack, asked.after, asked.rows
        )
    cut = _CATALOGUE.page(rows, asked.limit, lambda row: row.name)
    return Page([views.entry(row, achievements) for row in cut.items], cut.next)


@routes.get("/me/achievements", scope=READ, pages=Pages(_OWN, usual=50))
async def list_my_achievements(
    tx: Read, achievements: Achievements, asked: Asked[str], pack: Pack = None
) -> views.OwnPage:
    """Your achievements.

    All of them by name: those that you have, and how far you are with the others, as it was when you were last looked
    at: a moment after what you do, or by the achievement's schedule.
    """
    rows = await people.own_page.many(tx, tx.viewer.id, achievements.names, pack, asked.after, asked.rows)
    cut = _OWN.page(rows, asked.limit, lambda row: row.name)
    totals = await people.totals.one(tx, tx.viewer.id, None)
    return views.OwnPage([views.own(row, achievements) for row in cut.items], cut.next, totals.achieved, totals.points)


@routes.get(
    "/profiles/{handle:str}/achievements",
    scope=PUBLIC,
    pages=Pages(_HELD, usual=50),
    raises=(ProfileNotFound, AchievementsHidden, Blocked, BlockedByYou),
)
async def list_profile_achievements(
    handle: PathHandle,
    visitor: Principal | None,
    db: Database,
    achievements: Achievements,
    asked: Asked[tuple[Instant, str]],
) -> views.HeldPage:
    """Achievements of a person.

    The latest first. People may hide theirs, and those with whom a block stands between do not see each other's.
    """
    viewer = None if visitor is None else visitor.viewer
    seen_by = None if viewer is None else viewer.id
    at, after = asked.after or (None, None)
    async with db.read(viewer) as tx:
        user = await _shown_owner(tx, handle, seen_by)
        rows = await people.held_page.many(tx, user, seen_by, None, at, after, asked.rows)
        totals = await people.totals.one(tx, user, None)
    cut = _HELD.page(rows, asked.limit, lambda row: (row.granted_at, row.name))
    return views.HeldPage(
        [views.held(row, achievements) for row in cut.items], cut.next, totals.achieved, totals.points
    )


async def _shown_owner(tx: Transaction, handle: str, viewer: UserId | None) -> UserId:
    """Return the person whose achievements somebody may see.

    Raises ProfileNotFound, AchievementsHidden, Blocked, BlockedByYou.
    """
    owner = await people.owner.one_or_none(tx, handle_key(handle))
    if owner is None:
        raise ProfileNotFound
    if owner.user_id != viewer:
        if viewer is not None:
            await require_unblocked(tx, owner.user_id)
        if owner.hides_achievements:
            raise AchievementsHidden
    return owner.user_id


@routes.put(
    "/profiles/{handle:str}/achievements/{name:str}/revocation",
    scope=PEOPLE,
    status=204,
    raises=(RoleMissing, ProfileNotFound, AchievementNotFound, NotAchieved, AlreadyRevoked),
    empty="It is taken.",
)
async def revoke_achievement(
    handle: PathHandle, name: PathName, data: Revocation, principal: Principal, tx: Write
) -> None:
    """Take an achievement from somebody.

    They are told with the reason, and are not granted it again. For moderators.
    """
    await revoke(tx, principal, await _person(tx, handle), name, data.reason)


@routes.delete(
    "/profiles/{handle:str}/achievements/{name:str}/revocation",
    scope=PEOPLE,
    raises=(RoleMissing, ProfileNotFound, AchievementNotFound, NotAchieved, NotRevoked),
    empty="It is given back.",
)
async def restore_achievement(handle: PathHandle, name: PathName, principal: Principal, tx: Write) -> None:
    """Give an achievement back.

    As of when they had it. They are told. For moderators.
    """
    await restore(tx, principal, await _person(tx, handle), name)


async def _person(tx: Transaction, handle: str) -> UserId:
    """Return who has a handle, suspended or not. Raises ProfileNotFound."""
    found = await user_of_handle.one_or_none(tx, handle_key(handle))
    if found is None:
        raise ProfileNotFound
    return found
