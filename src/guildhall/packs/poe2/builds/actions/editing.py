"""Builds edited: their content, what is said about them, and who may see them."""

from collections.abc import Sequence
from typing import TypeVar

from msgspec import UNSET, UnsetType

from guildhall.core.jobs.actions import send
from guildhall.db.pool import Transaction
from guildhall.packs.poe2.builds import messages
from guildhall.packs.poe2.builds.actions.adding import (
    BuildLimits,
    add_version,
    forget_answers,
    line_or_none,
    own_build,
    require_room,
    text_or_none,
)
from guildhall.packs.poe2.builds.errors import BuildWithheld, EditedMeanwhile, TooManyVersions
from guildhall.packs.poe2.builds.queries import builds as queries
from guildhall.packs.poe2.builds.rules.comparing import words_of
from guildhall.packs.poe2.builds.rules.content import Content
from guildhall.packs.poe2.builds.rules.tags import normal_tags
from guildhall.packs.poe2.builds.schemas.builds import BuildDetails, LockedBuild
from guildhall.packs.poe2.builds.schemas.requests import BuildChange
from guildhall.packs.poe2.codes.rules.comparison import Change
from guildhall.packs.poe2.ids import BuildId
from guildhall.text import clean_line

Given = TypeVar("Given")


async def edit_build(
    tx: Transaction,
    build_id: BuildId,
    change: BuildChange,
    content: Content | None,
    changes: Sequence[Change],
    limits: BuildLimits,
) -> tuple[BuildDetails, bool]:
    """Edit one of the viewer's builds; return it, and whether it has a new version.

    `changes` are those of the content since the latest version of the revision that is edited. Raises BuildNotFound,
    NotYourBuild, EditedMeanwhile, BuildWithheld, TooManyVersions, TooMuchContent, BadTag, TooManyTags, BadText.
    """
    locked = await own_build(tx, build_id)
    if locked.revision != change.revision:
        raise EditedMeanwhile(
            expected_revision=change.revision,
            current_revision=locked.revision,
            current_version=locked.latest_version,
        )
    before = await queries.build.one(tx, build_id)
    visibility = _or(change.visibility, before.visibility)
    if locked.withheld_at is not None and visibility != "draft":
        raise BuildWithheld
    added = content is not None and content.hash != locked.content_hash
    if content is not None and added:
        if locked.latest_version >= limits.versions:
            raise TooManyVersions(most=limits.versions)
        _, stored = await queries.stored_by.one(tx, tx.viewer.id)
        require_room(stored, content, limits)
        note = None if change.content is UNSET else text_or_none(change.content.changes)
        await _put_version(tx, locked, content, note or words_of(changes))
    published_at = before.published_at or (tx.now if visibility == "public" else None)
    await queries.put_details.run(
        tx, build_id,
        before.title if change.title is UNSET else clean_line(change.title, 1, 255),
        before.description if change.description is UNSET else text_or_none(change.description),
        before.character_name if change.character_name is UNSET else line_or_none(change.character_name, 255),
        before.league if change.league is UNSET else line_or_none(change.league, 100),
        _or(change.patch_version, before.patch_version), _or(change.complexity, before.complexity),
        before.tags if change.tags is UNSET else normal_tags(change.tags, limits.tags),
        _or(change.language, before.language), visibility, published_at,
        await queries.account_name.one(tx, tx.viewer.id), tx.now,
    )  # fmt: skip
    after = await queries.build.one(tx, build_id)
    await _tell(tx, before, after)
    await forget_answers(tx, locked)
    return after, added


async def _put_version(tx: Transaction, locked: LockedBuild, content: Content, changes: str | None) -> None:
    number = locked.latest_version + 1
    build, facts = content.build, content.facts
    tree, equipment, skills, stats, rest = content.columns()
    await add_version(tx, locked.id, number, changes, content)
    await queries.put_content.run(
        tx, locked.id, number, build.class_name, build.ascendancy, build.level, tree, equipment, skills, stats, rest,
        content.hash, facts.main_skill, facts.tree_version, content.calculator, facts.dps, facts.ehp, facts.gems,
        facts.uniques, facts.trees, facts.has_notes, content.size,
    )  # fmt: skip


async def _tell(tx: Transaction, before: BuildDetails, after: BuildDetails) -> None:
    """Send what happened to a build."""
    public = before.visibility == "public", after.visibility == "public"
    if public == (False, True):
        await send(tx, messages.BuildPublished(after.id))
    elif public == (True, False):
        await send(tx, messages.BuildUnpublished(after.id))
    if after.latest_version != before.latest_version:
        await send(tx, messages.BuildVersionAdded(after.id, after.latest_version))
    if _said(before) != _said(after):
        await send(tx, messages.BuildChanged(after.id))


def _said(build: BuildDetails) -> tuple[object, ...]:
    return (
        build.title, build.description, build.character_name, build.league, build.patch_version, build.complexity,
        build.tags, build.language, build.author,
    )  # fmt: skip


def _or(given: Given | UnsetType, before: Given) -> Given:
    return before if given is UNSET else given
