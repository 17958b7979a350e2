"""A person's collections in the export of an account."""

from guildhall.core.identity.accounts.schemas import Export
from guildhall.pack import ProcessPart

_COLLECTIONS = Export(
    "poe2.build_collections",
    """
    select id, name, description, is_public, created_at, updated_at
    from poe2.build_collections where user_id = $1 order by id
    """,
)
_ITEMS = Export(
    "poe2.build_collection_items",
    """
    select i.collection_id, i.build_template_id, i.notes, i.position, i.added_at
    from poe2.build_collection_items i join poe2.build_collections c on c.id = i.collection_id
    where c.user_id = $1 order by i.collection_id, i.position
    """,
)

PROCESS = ProcessPart(exports=(_COLLECTIONS, _ITEMS))
