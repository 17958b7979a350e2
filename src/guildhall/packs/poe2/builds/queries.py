"""Statements about builds."""

from guildhall.db.statements import rows
from guildhall.packs.poe2.builds.schemas import BuildDetails
from guildhall.packs.poe2.ids import BuildId, ShortId

DETAILS = """b.id, b.short_id, b.user_id, b.author, b.title, b.description, b.character_name,
    b.class as class_name, b.ascendancy, b.level, b.main_skill, b.tree_version, b.calculator, b.dps, b.ehp, b.gems,
    b.uniques, b.trees, b.has_notes, b.league, b.patch_version, b.complexity, b.tags, b.language, b.visibility,
    b.is_featured, b.withheld_at, b.views, b.likes, encode(b.content_hash, 'hex') as content_hash, b.latest_version,
    b.revision, b.published_at, b.created_at, b.updated_at"""
"""The columns of BuildDetails, of build_templates `b`."""


@rows(
    BuildDetails,
    f"select {DETAILS} from poe2.build_templates b where b.id = :id",
    hot=True,
    proven=("content_hash",),
)
def build(id: BuildId) -> None:
    """A build, as far as the viewer may see it."""


@rows(
    BuildDetails,
    f"select {DETAILS} from poe2.build_templates b where b.short_id = :short_id",
    hot=True,
    proven=("content_hash",),
)
def build_at(short_id: ShortId) -> None:
    """The build of a short address, as far as the viewer may see it."""
