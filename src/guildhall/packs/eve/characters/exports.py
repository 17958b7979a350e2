"""Rows of a character in the export of an account."""

from guildhall.core.identity.accounts.schemas import Export


def export_of(table: str, columns: str, order: str) -> Export:
    """Declare the export of a table's rows, character by character."""
    return Export(
        f"eve.{table}",
        f"select character, {columns} from eve.{table} where user_id = $1 order by character, {order}",
    )
