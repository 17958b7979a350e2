"""Builds: reading, adding, changing, removing them. Row-level security hides the drafts of others."""

from datetime import datetime
from typing import Any

from guildhall.db.statements import command, rows
from guildhall.ids import UserId
from guildhall.packs.poe2.builds.schemas.builds import BuildDetails, Complexity, LockedBuild, Visibility
from guildhall.packs.poe2.ids import BuildId, ShortId

DETAILS = """b.id, b.short_id, b.user_id, b.author, b.title, b.description, b.character_name,
    b.class as class_name, b.ascendancy, b.level, b.main_skill, b.tree_version, b.calculator, b.dps, b.ehp, b.gems,
    b.uniques, b.trees, b.has_notes, b.league, b.patch_version, b.complexity, b.tags, b.language, b.visibility,
    b.is_featured, b.withheld_at, b.views, b.likes, encode(b.content_hash, 'hex') as content_hash, b.latest_version,
    b.revision, b.published_at, b.created_at, b.updated_at"""
"""The columns of BuildDetails, of build_templates `b`."""
LISTED = "(b.visibility <> 'unlisted' or b.user_id = nullif(current_setting('app.user_id', true), '')::uuid)"
"""The condition that somebody may come to a build `b` without its short address; drafts are hidden by the database."""


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
    f"select {DETAILS} from poe2.build_templates b where b.id = :id and {LISTED}",
    hot=True,
    proven=("content_hash",),
)
def listed_build(id: BuildId) -> None:
    """A build, as far as the viewer may come to it by its id."""


@rows(
    BuildDetails,
    f"select {DETAILS} from poe2.build_templates b where b.id = :id for share",
    proven=("content_hash",),
)
def build_kept(id: BuildId) -> None:
    """A build that nobody changes or removes until the transaction ends."""


@rows(
    BuildDetails,
    f"select {DETAILS} from poe2.build_templates b where b.short_id = :short_id",
    hot=True,
    proven=("content_hash",),
)
def build_at(short_id: ShortId) -> None:
    """The build of a short address, as far as the viewer may see it."""


@rows(bool, "select true as gone from poe2.gone_builds where short_id = :short_id", hot=True, proven=("gone",))
def gone_build(short_id: ShortId) -> None: ...


@rows(
    BuildDetails,
    f"""
    select {DETAILS} from poe2.build_templates b
    where b.user_id = :user and (:visibility::text is null or b.visibility = :visibility)
      and (:after::uuid is null or b.id < :after)
    order by b.id desc
    limit :limit
    """,
    hot=True,
    proven=("content_hash",),
)
def builds_of(user: UserId, visibility: Visibility | None, after: BuildId | None, limit: int) -> None:
    """A person's builds, the latest made first."""


@rows(None, "select pg_advisory_xact_lock(hashtextextended('poe2.builds:' || :user::uuid, 0))")
def lock_author(user: UserId) -> None:
    """Lock an author, so that their builds are counted one after the other."""


@rows(
    tuple[int, int],
    """
    select count(*)::int as builds, coalesce(sum(stored_bytes), 0)::bigint as bytes
    from poe2.build_templates where user_id = :user
    """,
    proven=("builds", "bytes"),
)
def stored_by(user: UserId) -> None:
    """The builds of a person, and the bytes of all of their versions."""


@rows(str, "select name from core.users where id = :user")
def account_name(user: UserId) -> None: ...


@rows(
    LockedBuild,
    """
    select id, short_id, user_id, visibility, withheld_at, content_hash, latest_version, revision, published_at,
           is_featured
    from poe2.build_templates where id = :id for update
    """,
)
def build_to_change(id: BuildId) -> None:
    """Lock a build that the viewer may change."""


@command(
    """
    insert into poe2.build_templates (
        id, user_id, short_id, author, character_name, title, description, class, ascendancy, level, passive_tree,
        equipment, skills, stats, rest, content_hash, main_skill, tree_version, calculator, dps, ehp, gems, uniques,
        trees, has_notes, league, patch_version, complexity, tags, language, visibility, latest_version, stored_bytes,
        published_at, created_at, updated_at
    ) values (
        :id, :user, :short_id, :author, :character_name, :title, :description, :class_name, :ascendancy, :level,
        :passive_tree, :equipment, :skills, :stats, :rest, :content_hash, :main_skill, :tree_version, :calculator,
        :dps, :ehp, :gems, :uniques, :trees, :has_notes, :league, :patch_version, :complexity, :tags, :language,
        :visibility, 1, :bytes, :published_at, :now, :now
    )
    """
)
def add_build(
    id: BuildId,
    user: UserId,
    short_id: ShortId,
    author: str,
    character_name: str | None,
    title: str,
    description: str | None,
    class_name: str,
    ascendancy: str | None,
    level: int,
    passive_tree: Any,
    equipment: Any,
    skills: Any,
    stats: Any,
    rest: Any,
    content_hash: bytes,
    main_skill: str | None,
    tree_version: str | None,
    calculator: str | None,
    dps: float | None,
    ehp: float | None,
    gems: list[str],
    uniques: list[str],
    trees: int,
    has_notes: bool,
    league: str | None,
    patch_version: str,
    complexity: Complexity | None,
    tags: list[str],
    language: str | None,
    visibility: Visibility,
    bytes: int,
    published_at: datetime | None,
    now: datetime,
) -> None: ...


@command(
    """
    update poe2.build_templates
    set class = :class_name, ascendancy = :ascendancy, level = :level, passive_tree = :passive_tree,
        equipment = :equipment, skills = :skills, stats = :stats, rest = :rest, content_hash = :content_hash,
        main_skill = :main_skill, tree_version = :tree_version, calculator = :calculator, dps = :dps, ehp = :ehp,
        gems = :gems, uniques = :uniques, trees = :trees, has_notes = :has_notes, latest_version = :version,
        stored_bytes = stored_bytes + :bytes
    where id = :id
    """
)
def put_content(
    id: BuildId,
    version: int,
    class_name: str,
    ascendancy: str | None,
    level: int,
    passive_tree: Any,
    equipment: Any,
    skills: Any,
    stats: Any,
    rest: Any,
    content_hash: bytes,
    main_skill: str | None,
    tree_version: str | None,
    calculator: str | None,
    dps: float | None,
    ehp: float | None,
    gems: list[str],
    uniques: list[str],
    trees: int,
    has_notes: bool,
    bytes: int,
) -> None:
    """Make a version the content of its build."""


@command(
    """
    update poe2.build_templates
    set title = :title, description = :description, character_name = :character_name, league = :league,
        patch_version = :patch_version, complexity = :complexity, tags = :tags, language = :language,
        visibility = :visibility, is_featured = is_featured and :visibility = 'public',
        published_at = :published_at, author = :author, revision = revision + 1, updated_at = :now
    where id = :id
    """
)
def put_details(
    id: BuildId,
    title: str,
    description: str | None,
    character_name: str | None,
    league: str | None,
    patch_version: str,
    complexity: Complexity | None,
    tags: list[str],
    language: str | None,
    visibility: Visibility,
    published_at: datetime | None,
    author: str,
    now: datetime,
) -> None:
    """Write what is said about a build; an edit is counted."""


@command("delete from poe2.build_templates where id = :id")
def remove_build(id: BuildId) -> None: ...


@command("delete from poe2.gone_builds where deleted_at < :before")
def forget_gone_builds(before: datetime) -> None: ...


@rows(
    ShortId,
    "update poe2.build_templates set author = :author where user_id = :user and author <> :author returning short_id",
)
def rename_author(user: UserId, author: str) -> None: ...
