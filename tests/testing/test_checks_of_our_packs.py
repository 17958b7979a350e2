"""The checks of packs, of the packs here."""

import re
from pathlib import Path

from guildhall.testing import check_manifest, check_migrations, check_openapi, check_privacy, check_statements
from guildhall.testing.checks.privacy import REACHED
from tests.core.identity.test_identity_export import LEFT_OUT

DOCUMENT = Path(__file__).parents[2] / "docs" / "operations" / "tables.md"
UNBOUND = {
    "poe2.ggg_calls": "they are forgotten when no limit counts them any more; until then the game counts them too",
    "poe2.ggg_halts": "they are forgotten when they are over; until then the game refuses the account",
    "poe2.meta_changes": "a job looks at them within minutes, and counts nobody who is gone",
    "realm.message_keys": "they are forgotten after a day",
    "realm.message_words": "they are deleted with the messages",
    "realm.messages": "the hot table has no foreign keys; the deletion of an account takes the words out",
}
"""Tables with a user_id and without foreign keys, and what deletes their rows."""


def test_manifest(pack):
    check_manifest(pack)


def test_statements(pack):
    check_statements(pack)


def test_migrations(pack):
    check_migrations(pack)


def test_openapi(pack):
    check_openapi(pack)


async def test_privacy(pack, tx):
    """The document says which tables everybody sees, and why."""
    seen = dict(re.findall(r"^\| `(\w+\.\w+)` \|.*\| all: (\w+) \|[^|]*\|$", DOCUMENT.read_text(), re.MULTILINE))
    tables = [row["name"] for row in await tx.connection.fetch(REACHED) if row["name"].startswith(f"{pack.name}.")]

    check_privacy(
        pack,
        **{
            name: {table: reasons[table] for table in tables if table in reasons}
            for name, reasons in (("left_out", LEFT_OUT), ("shared", seen), ("deleted", UNBOUND))
        },
    )
