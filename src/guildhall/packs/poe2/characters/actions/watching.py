"""Characters watched, watched no longer, removed, and looked at because somebody asks."""

from guildhall.core.identity.subscriptions.gates import Gate, hold, require_room
from guildhall.core.jobs.actions import send
from guildhall.db.pool import Transaction
from guildhall.ids import UserId, uuid7
from guildhall.packs.poe2.characters.errors import CharacterNotWatched
from guildhall.packs.poe2.characters.kept import WATCHED
from guildhall.packs.poe2.characters.messages import CharacterSeen
from guildhall.packs.poe2.characters.queries import characters
from guildhall.packs.poe2.characters.rules.sheet import Line
from guildhall.packs.poe2.characters.schemas import CharacterRow
from guildhall.packs.poe2.ids import CharacterId
from guildhall.packs.poe2.settings import Poe2Settings


async def watch_character(tx: Transaction, line: Line, settings: Poe2Settings) -> CharacterId:
    """Watch one of the viewer's characters, and look at it soon; again is fine. Raises LimitReached."""
    user_id = tx.viewer.id
    await hold(tx, user_id)
    if line.game_id not in await characters.watched_game_ids.many(tx, user_id):
        gate = Gate("Watched characters", free=settings.watched_free, premium=settings.watched_premium)
        await require_room(tx, user_id, gate, await characters.count_watched.one(tx, user_id))
    id = await characters.watch.one(
        tx, CharacterId(uuid7()), user_id, line.game_id, line.name, line.class_name, line.ascendancy, line.level,
        line.experience, line.league, line.private_league, tx.now,
    )  # fmt: skip
    await WATCHED.want(tx, id, user_id=user_id)
    await send(tx, CharacterSeen(user_id))
    return id


async def unwatch_character(tx: Transaction, name: str) -> None:
    """Look at one of the viewer's characters no longer; what was kept stays. Raises CharacterNotWatched."""
    row = await kept_character(tx, name)
    await characters.unwatch.run(tx, row.id)
    await WATCHED.forget(tx, row.id)


async def remove_character(tx: Transaction, name: str) -> None:
    """Delete everything that is kept of one of the viewer's characters. Raises CharacterNotWatched."""
    row = await kept_character(tx, name)
    await characters.delete_character.run(tx, row.id)
    await WATCHED.forget(tx, row.id)


async def want_look(tx: Transaction, name: str) -> None:
    """Look at one of the viewer's watched characters soon. Raises CharacterNotWatched."""
    row = await kept_character(tx, name)
    if not row.watched:
        raise CharacterNotWatched
    await WATCHED.want(tx, row.id, user_id=row.user_id)


async def kept_character(tx: Transaction, name: str) -> CharacterRow:
    """Return one of the viewer's characters of which something is kept, by a name of it. Raises CharacterNotWatched."""
    row = await characters.character_named.one_or_none(tx, tx.viewer.id, name)
    if row is None:
        raise CharacterNotWatched
    return row


async def watch_again(tx: Transaction, user_id: UserId) -> int:
    """Look again at what a user watches, who has signed in again; return how many are watched."""
    ids = await characters.watched_ids.many(tx, user_id)
    for id in ids:
        await WATCHED.want(tx, id, user_id=user_id)
    return len(ids)


async def rest(tx: Transaction, user_id: UserId) -> int:
    """Leave a user's characters alone until the next sign-in; return how many are watched."""
    ids = await characters.watched_ids.many(tx, user_id)
    await WATCHED.forget(tx, *ids)
    return len(ids)
