"""Files of a person in the export of their account."""

from guildhall.core.identity.accounts.schemas import Export

EXPORTS = (
    Export(
        "core.storage_files",
        """
        select f.id, f.purpose, f.private, encode(f.hash, 'hex') as sha256, o.media_type, f.bytes, o.width, o.height,
               '/files/' || f.id as address, f.created_at
        from core.storage_files f join core.storage_objects o on o.hash = f.hash
        where f.user_id = $1 order by f.id
        """,
    ),
)
