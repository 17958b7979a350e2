"""Builds attached to your characters."""

from guildhall.packs.poe2.characters.actions import builds
from guildhall.packs.poe2.characters.errors import (
    BuildNotAttached,
    BuildOfOther,
    CharacterNotWatched,
    OtherCharacter,
)
from guildhall.packs.poe2.characters.parameters import CharacterName
from guildhall.packs.poe2.characters.schemas import Attached, AttachRequest
from guildhall.packs.poe2.ggg.parameters import WRITE
from guildhall.web.route import Routes, Write

routes = Routes("/api/v1/poe2/characters")


@routes.put("/{name:str}/build", scope=WRITE, raises=(CharacterNotWatched, BuildOfOther, OtherCharacter))
async def put_build(name: CharacterName, data: AttachRequest, tx: Write) -> Attached:
    """Attach a build to a character.

    From the next snapshot on its claims of damage and effective hit points are the snapshot's, for as long as the class
    is the same. Without a build they are unknown: nothing is guessed.
    """
    return await builds.attach_build(tx, name, data.build)


@routes.delete("/{name:str}/build", scope=WRITE, raises=(CharacterNotWatched, BuildNotAttached))
async def delete_build(name: CharacterName, tx: Write) -> None:
    """Take the build off a character.

    Snapshots that were taken with it keep its figures.
    """
    await builds.detach_build(tx, name)
