"""Ids are types of their own in every statement: a guild's id where a channel's is asked is found before any test."""

from collections.abc import Iterator
from typing import Any, NewType, get_args, get_type_hints
from uuid import UUID

import pytest

from guildhall.db.statements import Command, Query
from guildhall.ids import UserId
from tests.db.test_checked_queries import STATEMENTS

POSITIONS = frozenset(
    {"after", "before", "low", "high", "lowest", "highest", "first", "last", "at", "end", "since", "oldest", "up_to"}
)
"""Places in the order of ids: bounds are made from times and by clients, and no row needs to have them."""
OTHERS = {
    "id": "a row that nothing refers to (cache, worker, settings, history), or a position that may be no row's",
    "ids": "things of several kinds at once",
    "targets": "what a delivery goes to: the session of a device, or a webhook",
    "item": "the reported thing, of a kind that a pack names",
    "place": "the place of a report or an act, of a kind that a pack names: a server, a build",
    "subject": "the subject of an audited act: a person, a message, a word",
    "holder": "the holder of a lease, which is no row",
    "holders": "holders of leases",
    "queue_manager": "a process",
    "namespace": "the namespace of an import's ids",
    "thing_id": "the thing that has an account, of a kind that a pack names: a guild",
    "words_done": "a checkpoint in the order of ids",
}


def is_plain(declared: Any) -> bool:
    """Return whether a type has a UUID in it that is no type of its own."""
    if isinstance(declared, NewType):
        return False
    return declared is UUID or any(is_plain(one) for one in get_args(declared))


def plain_parameters(statement: Query[..., Any] | Command[...]) -> Iterator[str]:
    """The parameters of a statement that are plain UUIDs and no positions."""
    for name, declared in zip(statement.names, statement.params, strict=True):
        if is_plain(declared) and name not in POSITIONS:
            yield name


@pytest.mark.parametrize("name", STATEMENTS)
def test_the_ids_that_a_statement_takes_are_types(name):
    assert set(plain_parameters(STATEMENTS[name])) <= set(OTHERS)


def test_what_a_plain_id_is_needed_for_is_still_there():
    found = {name for statement in STATEMENTS.values() for name in plain_parameters(statement)}

    assert found == set(OTHERS)


def test_ids_of_people_are_never_plain_in_rows():
    rows = {one.row for one in STATEMENTS.values() if isinstance(one, Query) and hasattr(one.row, "__struct_fields__")}

    assert [
        f"{row.__name__}.{field}"
        for row in rows
        for field, declared in get_type_hints(row).items()
        if field in ("user_id", "leader_id", "author_id") and is_plain(declared)
    ] == []


def test_a_plain_id_is_seen_in_any_type():
    assert is_plain(UUID)
    assert is_plain(list[UUID | None])
    assert not is_plain(UserId)
    assert not is_plain(dict[UserId, int])
