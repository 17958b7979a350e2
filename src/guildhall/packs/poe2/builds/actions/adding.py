"""Builds added and removed."""

from msgspec import Struct

from guildhall.core.cache.actions import invalidate
from guildhall.core.jobs.actions import send
from guildhall.db.pool import Transaction
from guildhall.ids import uuid7
from guildhall.packs.poe2.builds import messages
from guildhall.packs.poe2.builds.errors import BuildNotFound, NotYourBuild, PatchUnknown, TooManyBuilds, TooMuchContent
from guildhall.packs.poe2.builds.kinds import PUBLIC_BUILD
from guildhall.packs.poe2.builds.queries import builds as queries
from guildhall.packs.poe2.builds.queries import versions
from guildhall.packs.poe2.builds.rules.addresses import new_short_id
from guildhall.packs.poe2.builds.rules.content import Content
from guildhall.packs.poe2.builds.rules.patches import patch_of
from guildhall.packs.poe2.builds.rules.tags import normal_tags
from guildhall.packs.poe2.builds.schemas.builds import BuildDetails, LockedBuild
from guildhall.packs.poe2.builds.schemas.requests import BuildRequest
from guildhall.packs.poe2.ids import BuildId, BuildVersionId
from guildhall.text import clean_line


class BuildLimits(Struct, frozen=True):
    """The most builds of a person, megabytes of their versions, versions of a build, and tags of a build."""

    builds: int
    megabytes: int
    versions: int
    tags: int


async def add_build(tx: Transaction, wanted: BuildRequest, content: Content, limits: BuildLimits) -> BuildDetails:
    """Add a build with its first version.

    Raises TooManyBuilds, TooMuchContent, PatchUnknown, BadTag, TooManyTags, BadText.
    """
    author = tx.viewer.id
    await queries.lock_author.one(tx, author)
    count, stored = await queries.stored_by.one(tx, author)
    if count >= limits.builds:
        raise TooManyBuilds(most=limits.builds)
    require_room(stored, content, limits)
    patch = wanted.patch_version or patch_of(content.facts.tree_version)
    if patch is None:
        raise PatchUnknown
    build, facts, build_id = content.build, content.facts, BuildId(uuid7())
    tree, equipment, skills, stats, rest = content.columns()
    await queries.add_build.run(
        tx, build_id, author, new_short_id(), await queries.account_name.one(tx, author),
        line_or_none(wanted.character_name, 255), clean_line(wanted.title or title_of(content), 1, 255),
        text_or_none(wanted.description), build.class_name, build.ascendancy, build.level, tree, equipment, skills,
        stats, rest, content.hash, facts.main_skill, facts.tree_version, content.calculator, facts.dps, facts.ehp,
        facts.gems, facts.uniques, facts.trees, facts.has_notes, line_or_none(wanted.league, 100), patch,
        wanted.complexity, normal_tags(wanted.tags, limits.tags), wanted.language, wanted.visibility, content.size,
        tx.now if wanted.visibility == "public" else None, tx.now,
    )  # fmt: skip
    await add_version(tx, build_id, 1, text_or_none(wanted.content.changes), content)
    if wanted.visibility == "public":
        await send(tx, messages.BuildPublished(build_id))
    return await queries.build.one(tx, build_id)


def require_room(stored: int, content: Content, limits: BuildLimits) -> None:
    """Raises TooMuchContent when another version is more than the versions of a person may have together."""
    if stored + content.size > limits.megabytes * 1_000_000:
        raise TooMuchContent(most=limits.megabytes)


async def add_version(tx: Transaction, build_id: BuildId, number: int, changes: str | None, content: Content) -> None:
    """Add a version to a build that the caller has added or locked."""
    build, facts = content.build, content.facts
    tree, equipment, skills, stats, rest = content.columns()
    await versions.add_version.run(
        tx, BuildVersionId(uuid7()), build_id, number, changes, build.class_name, build.ascendancy, build.level, tree,
        equipment, skills, stats, rest, content.hash, facts.main_skill, facts.tree_version, content.calculator,
        content.code, tx.now,
    )  # fmt: skip


async def remove_build(tx: Transaction, build_id: BuildId) -> LockedBuild:
    """Delete one of the viewer's builds with all of its versions; its address is gone for good.

    Raises BuildNotFound, NotYourBuild.
    """
    locked = await own_build(tx, build_id)
    await queries.remove_build.run(tx, build_id)
    await send(tx, messages.BuildDeleted(build_id))
    await forget_answers(tx, locked)
    return locked


async def own_build(tx: Transaction, build_id: BuildId) -> LockedBuild:
    """Lock one of the viewer's builds. Raises BuildNotFound, NotYourBuild."""
    locked = await queries.build_to_change.one_or_none(tx, build_id)
    if locked is not None and locked.user_id == tx.viewer.id:
        return locked
    if await queries.build.one_or_none(tx, build_id) is None:
        raise BuildNotFound
    raise NotYourBuild


async def forget_answers(tx: Transaction, build: LockedBuild) -> None:
    """Have every process forget its answers about a build when the transaction commits."""
    await invalidate(tx, PUBLIC_BUILD.key(build.short_id), stored=False)


def title_of(content: Content) -> str:
    """Return what a build is called whose author says nothing."""
    build = content.build
    who = build.ascendancy or build.class_name
    return f"{content.facts.main_skill} {who}" if content.facts.main_skill else who


def line_or_none(text: str | None, most: int) -> str | None:
    """Return a line as it is stored. Raises BadText."""
    return None if text is None else clean_line(text, 1, most)


def text_or_none(text: str | None) -> str | None:
    """Return a text as it is stored: none for a blank one."""
    return None if text is None else text.strip() or None
