"""Profiles as everybody sees them, and as moderators change them."""

from guildhall.core.identity.principals.errors import RoleMissing
from guildhall.core.identity.principals.schemas import Principal
from guildhall.core.social.parameters import PathHandle
from guildhall.core.social.profiles import actions
from guildhall.core.social.profiles.errors import ProfileNotFound
from guildhall.core.social.profiles.queries import public_profile
from guildhall.core.social.profiles.rules import handle_key
from guildhall.core.social.profiles.schemas import Profile, ProfileMarks
from guildhall.db.pool import Database
from guildhall.web.route import PEOPLE, PUBLIC, Routes, Write

routes = Routes("/api/v1/profiles")


@routes.get("/{handle:str}", scope=PUBLIC, raises=(ProfileNotFound,))
async def get_profile(handle: PathHandle, visitor: Principal | None, db: Database) -> Profile:
    """A profile.

    In any spelling of its handle. To somebody who is signed in it also says what is between the two.
    """
    viewer = None if visitor is None else visitor.viewer
    async with db.read(viewer) as tx:
        found = await public_profile.one_or_none(tx, handle_key(handle), None if viewer is None else viewer.id)
    if found is None:
        raise ProfileNotFound
    return found


@routes.put("/{handle:str}/marks", scope=PEOPLE, raises=(RoleMissing, ProfileNotFound))
async def put_marks(handle: PathHandle, data: ProfileMarks, principal: Principal, tx: Write) -> ProfileMarks:
    """Mark a profile.

    As that of a verified person, and of somebody who makes content. For moderators.
    """
    return await actions.mark_profile(
        tx, principal, handle, is_verified=data.is_verified, is_content_creator=data.is_content_creator
    )


@routes.delete(
    "/{handle:str}/content",
    scope=PEOPLE,
    raises=(RoleMissing, ProfileNotFound),
    empty="Its picture and its text are gone.",
)
async def delete_content(handle: PathHandle, principal: Principal, tx: Write) -> None:
    """Clear a profile.

    Take its picture and its text away. For moderators.
    """
    await actions.clear_profile(tx, principal, handle)
