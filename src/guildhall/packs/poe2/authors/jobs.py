"""Facts about builds, put into feeds and told to followers; and taken out again."""

from guildhall.core.jobs.bindings import On
from guildhall.core.social.activities.actions import record_activity, withdraw_activity
from guildhall.core.social.broadcasts.actions import tell_followers
from guildhall.db.pool import Database
from guildhall.pack import WorkerPart
from guildhall.packs.poe2.authors.kinds import FOLLOWED, NEW_VERSION, PUBLISHED, PublishedBuild, PublishedVersion
from guildhall.packs.poe2.builds.messages import BuildDeleted, BuildPublished, BuildUnpublished, BuildVersionAdded
from guildhall.packs.poe2.builds.queries.builds import build, build_kept


async def note_published(message: BuildPublished, db: Database) -> dict[str, int]:
    """Put a build that became public into feeds, once, and tell its author's followers."""
    async with db.write() as tx:
        found = await build_kept.one_or_none(tx, message.build_id)
        if found is None or found.visibility != "public":
            return {"activities": 0}
        await withdraw_activity(tx, PUBLISHED, found.id)
        line = PublishedBuild(found.short_id, found.title, found.class_name, found.ascendancy)
        await record_activity(tx, PUBLISHED, found.id, line, actor=found.user_id)
        await tell_followers(
            tx, found.user_id, FOLLOWED, found.id, f"{found.author} published {found.title}",
            f"{found.ascendancy or found.class_name}, level {found.level}",
            occurrence_key=f"poe2.build:{found.id}", data={"build_id": str(found.id), "short_id": found.short_id},
        )  # fmt: skip
        return {"activities": 1}


async def note_version(message: BuildVersionAdded, db: Database) -> dict[str, int]:
    """Put a new version of a public build into feeds, and tell its author's followers."""
    async with db.write() as tx:
        found = await build_kept.one_or_none(tx, message.build_id)
        if found is None or found.visibility != "public" or message.version != found.latest_version:
            return {"activities": 0}
        await withdraw_activity(tx, NEW_VERSION, found.id)
        line = PublishedVersion(found.short_id, found.title, message.version)
        await record_activity(tx, NEW_VERSION, found.id, line, actor=found.user_id)
        await tell_followers(
            tx, found.user_id, FOLLOWED, found.id,
            f"{found.author} published version {message.version} of {found.title}", "",
            occurrence_key=f"poe2.build:{found.id}:{message.version}",
            data={"build_id": str(found.id), "short_id": found.short_id, "version": message.version},
        )  # fmt: skip
        return {"activities": 1}


async def forget_unpublished(message: BuildUnpublished, db: Database) -> dict[str, int]:
    """Take a build that is public no longer out of feeds, unless it is public again by now."""
    async with db.write() as tx:
        found = await build.one_or_none(tx, message.build_id)
        if found is not None and found.visibility == "public":
            return {"activities": 0}
        return {"activities": await withdraw_activity(tx, None, message.build_id)}


async def forget_deleted(message: BuildDeleted, db: Database) -> dict[str, int]:
    """Take a deleted build out of feeds."""
    async with db.write() as tx:
        return {"activities": await withdraw_activity(tx, None, message.build_id)}


WORKER = WorkerPart(
    handlers=(
        On(BuildPublished, note_published),
        On(BuildVersionAdded, note_version),
        On(BuildUnpublished, forget_unpublished),
        On(BuildDeleted, forget_deleted),
    ),
)
