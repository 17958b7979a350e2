"""Statements about collections. Row-level security hides private ones, and builds that are not shared."""

from datetime import datetime

from guildhall.db.statements import command, rows
from guildhall.ids import UserId
from guildhall.packs.poe2.builds.queries.builds import LISTED
from guildhall.packs.poe2.collections.schemas import Collection, CollectionItem
from guildhall.packs.poe2.ids import BuildId, CollectionId

_VIEWER = "nullif(current_setting('app.user_id', true), '')::uuid"
_COLLECTION = f"""c.id, c.user_id, c.owner, c.name, c.description, c.is_public,
    (select count(*) from poe2.build_collection_items i
     join poe2.build_templates b on b.id = i.build_template_id
     where i.collection_id = c.id and ({LISTED} or c.user_id = {_VIEWER})) as builds, c.created_at, c.updated_at"""


@rows(
    Collection,
    f"select {_COLLECTION} from poe2.build_collections c where c.id = :id",
    hot=True,
    proven=("builds",),
)
def collection(id: CollectionId) -> None: ...


@rows(UserId, "select user_id from poe2.build_collections where id = :id for update")
def collection_to_change(id: CollectionId) -> None:
    """Lock one of the viewer's collections."""


@rows(
    Collection,
    f"""
    select {_COLLECTION} from poe2.build_collections c
    where c.user_id = :user and (:after::uuid is null or c.id < :after)
    order by c.id desc
    limit :limit
    """,
    hot=True,
    proven=("builds",),
)
def collections_of(user: UserId, after: CollectionId | None, limit: int) -> None:
    """Collections of a person that the viewer may see, the latest made first."""


@rows(
    Collection,
    f"""
    select {_COLLECTION} from poe2.build_collections c
    where c.is_public and (:after::uuid is null or c.id < :after)
    order by c.id desc
    limit :limit
    """,
    hot=True,
    proven=("builds",),
)
def public_collections(after: CollectionId | None, limit: int) -> None: ...


@rows(int, "select count(*) from poe2.build_collections where user_id = :user")
def collections_count(user: UserId) -> None: ...


@rows(None, "select pg_advisory_xact_lock(hashtextextended('poe2.collections:' || :user::uuid, 0))")
def lock_owner(user: UserId) -> None:
    """Lock a person, so that their collections are counted one after the other."""


@command(
    """
    insert into poe2.build_collections (id, user_id, owner, name, description, is_public, created_at, updated_at)
    values (:id, :user, :owner, :name, :description, :is_public, :now, :now)
    """
)
def add_collection(
    id: CollectionId, user: UserId, owner: str, name: str, description: str | None, is_public: bool, now: datetime
) -> None: ...


@command(
    """
    update poe2.build_collections
    set name = :name, description = :description, is_public = :is_public, updated_at = :now
    where id = :id
    """
)
def put_collection(id: CollectionId, name: str, description: str | None, is_public: bool, now: datetime) -> None: ...


@command("delete from poe2.build_collections where id = :id")
def remove_collection(id: CollectionId) -> None: ...


@rows(
    CollectionItem,
    f"""
    select i.build_template_id as build_id, i.position, i.notes, i.added_at, b.short_id, b.title, b.author,
           b.class as class_name, b.ascendancy, b.main_skill, b.likes
    from poe2.build_collection_items i join poe2.build_collections c on c.id = i.collection_id
    left join poe2.build_templates b on b.id = i.build_template_id and ({LISTED} or c.user_id = {_VIEWER})
    where i.collection_id = :collection
      and (:position::int is null or (i.position, i.build_template_id) > (:position, :after::uuid))
    order by i.position, i.build_template_id
    limit :limit
    """,
    hot=True,
)
def items_of(collection: CollectionId, position: int | None, after: BuildId | None, limit: int) -> None:
    """The builds of a collection in its owner's order; an unlisted one shows to that owner and its author alone."""


@rows(BuildId, "select build_template_id from poe2.build_collection_items where collection_id = :collection")
def builds_in(collection: CollectionId) -> None: ...


@command(
    """
    insert into poe2.build_collection_items (collection_id, build_template_id, notes, position, added_at)
    select :collection, :build, :notes,
           1 + coalesce((select max(position) from poe2.build_collection_items where collection_id = :collection), 0),
           :now
    on conflict (collection_id, build_template_id) do update set notes = excluded.notes
    """
)
def put_item(collection: CollectionId, build: BuildId, notes: str | None, now: datetime) -> None:
    """Add a build at the end, or write other notes on it."""


@command("delete from poe2.build_collection_items where collection_id = :collection and build_template_id = :build")
def remove_item(collection: CollectionId, build: BuildId) -> None: ...


@command(
    """
    update poe2.build_collection_items i set position = o.position
    from unnest(:builds::uuid[]) with ordinality o (build, position)
    where i.collection_id = :collection and i.build_template_id = o.build
    """
)
def put_order(collection: CollectionId, builds: list[BuildId]) -> None: ...


@command("update poe2.build_collections set owner = :owner where user_id = :user and owner <> :owner")
def rename_owner(user: UserId, owner: str) -> None: ...
