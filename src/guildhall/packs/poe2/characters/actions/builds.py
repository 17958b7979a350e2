"""Builds attached to characters."""

from guildhall.db.pool import Transaction
from guildhall.packs.poe2.builds.queries.builds import build_at
from guildhall.packs.poe2.characters.actions.watching import kept_character
from guildhall.packs.poe2.characters.errors import BuildNotAttached, BuildOfOther, OtherCharacter
from guildhall.packs.poe2.characters.kept import WATCHED
from guildhall.packs.poe2.characters.queries import builds
from guildhall.packs.poe2.characters.schemas import Attached
from guildhall.packs.poe2.ids import ShortId


async def attach_build(tx: Transaction, name: str, short_id: ShortId) -> Attached:
    """Attach one of the viewer's builds to one of their characters, in place of a former one.

    Raises CharacterNotWatched, BuildOfOther for one that is not the viewer's, OtherCharacter for one of another class.
    """
    row = await kept_character(tx, name)
    build = await build_at.one_or_none(tx, short_id)
    if build is None or build.user_id != tx.viewer.id:
        raise BuildOfOther
    same = build.class_name.casefold() == row.class_name.casefold() and (
        build.ascendancy is None or build.ascendancy.casefold() == (row.ascendancy or "").casefold()
    )
    if not same:
        raise OtherCharacter(build=build.ascendancy or build.class_name, character=row.ascendancy or row.class_name)
    await builds.attach.run(tx, row.id, row.user_id, build.id, tx.now)
    if row.watched:
        await WATCHED.want(tx, row.id, user_id=row.user_id)
    return Attached(short_id, build.dps, build.ehp)


async def detach_build(tx: Transaction, name: str) -> None:
    """Take the build off one of the viewer's characters. Raises CharacterNotWatched, BuildNotAttached."""
    row = await kept_character(tx, name)
    if not await builds.detach.run(tx, row.id):
        raise BuildNotAttached(character_name=row.name)
