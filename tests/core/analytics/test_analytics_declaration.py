"""Declarations of event types, and their names among the slices."""

from enum import Enum
from typing import Annotated, Any, Literal, NewType
from uuid import UUID

import pytest
from msgspec import Meta, Struct

from guildhall.core.analytics.declaration import EventType, declared
from tests.core.analytics.make import OPENED, Opened

BuildId = NewType("BuildId", UUID)


class Colour(Enum):
    RED = "red"


class Seen(Struct, rename="camel"):
    """All that can be counted by, and some that cannot."""

    build_id: BuildId
    colour: Colour
    level: int
    is_new: bool
    kind: Literal["a", "b"]
    name: Annotated[str, Meta(max_length=40)] | None
    free_text: str
    long_text: Annotated[str, Meta(max_length=5000)]
    weight: float
    anything: Any


class Listed(Struct, array_like=True):
    """Written as an array."""

    level: int


def test_short_values_can_be_counted_by():
    event = EventType("seen.build", Seen, rollups=("build_id", "colour", "level", ("is_new", "kind", "name")))

    assert event.rollup(("is_new", "kind", "name")) == "isNew,kind,name"
    assert event.rollup(()) == ""
    assert declared(event).rollups[0] == "seen.build:buildId"


@pytest.mark.parametrize(
    ("name", "data", "rollups", "words"),
    [
        ("build", Seen, (), "a name is its pack and a word"),
        ("Seen.build", Seen, (), "a name is its pack and a word"),
        ("seen." + "x" * 100, Seen, (), "a name is its pack and a word"),
        ("seen.build", dict, (), "its data are a struct"),
        ("seen.build", Listed, (), "its data are a struct"),
        ("seen.build", Seen, ("nothing",), "have no field 'nothing'"),
        ("seen.build", Seen, ("free_text",), "'free_text' is not counted by"),
        ("seen.build", Seen, ("long_text",), "'long_text' is not counted by"),
        ("seen.build", Seen, ("weight",), "'weight' is not counted by"),
        ("seen.build", Seen, ("anything",), "'anything' is not counted by"),
        ("seen.build", Seen, ((),), "a roll-up has one to 3 different fields"),
        ("seen.build", Seen, (("level", "level"),), "a roll-up has one to 3 different fields"),
        ("seen.build", Seen, (("level", "kind", "colour", "is_new"),), "a roll-up has one to 3 different fields"),
        ("seen.build", Seen, ("level", "level"), "at most 8 roll-ups, each once"),
        ("seen.build", Seen, ("x" * 101,), "names of a roll-up's fields are too long"),
    ],
)
def test_a_declaration_that_cannot_work_is_refused_where_it_is_written(name, data, rollups, words):
    with pytest.raises(ValueError, match=words):
        EventType(name, data, rollups=rollups)


def test_what_is_counted_is_a_part_of_the_data():
    whole, part = declared(OPENED).texts(Opened("axe", "one", "a note"))

    assert whole == '{"hero":"axe","league":"one","note":"a note"}'
    assert part == '{"hero":"axe","league":"one"}'
