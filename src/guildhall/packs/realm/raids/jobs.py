"""Announcements of raids in their channels."""

import msgspec

from guildhall.core.jobs.bindings import On
from guildhall.db.pool import Database
from guildhall.pack import WorkerPart
from guildhall.packs.realm.access.errors.permissions import ChannelNotFound
from guildhall.packs.realm.raids.messages import AnnounceRaid
from guildhall.packs.realm.raids.queries.raids import pulls_of, raid_of
from guildhall.packs.realm.raids.schemas.raids import Raid, RaidPull
from guildhall.packs.realm.writer.actions.writer import MessageWriter
from guildhall.packs.realm.writer.schemas import Draft


async def announce_raid(message: AnnounceRaid, db: Database, message_writer: MessageWriter) -> bool:
    """A system message in the raid's channel, or the server's log when it has none; false when the raid is gone."""
    async with db.read() as tx:
        raid = await raid_of.one_or_none(tx, message.raid_id)
        pulls = await pulls_of.many(tx, message.raid_id)
    pull = next((one for one in pulls if one.number == message.pull), None)
    if raid is None or pull is None:
        return False
    about = {"kind": f"raid.{message.what}", "raid_id": raid.id, "pull": pull.number, "boss_name": raid.boss_name}
    draft = Draft(
        user_id=raid.leader_id,
        username=raid.leader_name,
        server_id=raid.server_id,
        channel_id=raid.channel_id,
        type="system",
        content=_words(message, raid, pull),
        metadata=msgspec.json.encode(about),
        client_key=f"raid:{raid.id.hex}:{pull.number}:{message.what}",
        public=raid.channel_id is None,
    )
    try:
        await message_writer.send(draft)
    except ChannelNotFound:
        return False  # closed, or gone with the raid or its leader
    return True


def _words(message: AnnounceRaid, raid: Raid, pull: RaidPull) -> str:
    """Return the text of an announcement."""
    against = f"{raid.boss_name} ({raid.difficulty})"
    if message.what == "started":
        return f"{raid.name} has begun against {against}."
    if message.what == "wipe":
        return f"Pull {pull.number} against {against} ended with the boss at {pull.best_health} %."
    return f"{raid.name} has killed {against} in pull {pull.number}, after {pull.duration_seconds} seconds."


WORKER = WorkerPart(handlers=(On(AnnounceRaid, announce_raid),))
