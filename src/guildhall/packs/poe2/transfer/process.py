"""A person's imported records in the export of an account."""

from guildhall.core.identity.accounts.schemas import Export
from guildhall.pack import ProcessPart

PROCESS = ProcessPart(
    exports=(
        Export(
            "poe2.imported_records",
            """
            select kind, item_id, data, extra, imported_at
            from poe2.imported_records where user_id = $1 order by seq
            """,
        ),
    )
)
