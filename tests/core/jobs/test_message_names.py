"""The names of messages in the queue."""

import types
from typing import ClassVar

import pytest
from msgspec import Struct

from guildhall.core.jobs.messages import Message


class SyncPlayer(Message, frozen=True):
    """A message without a name of its own, as of a pack's module."""

    __module__ = "guildhall_lichess.jobs"
    username: str


class Renamed(SyncPlayer, frozen=True):
    """A message that keeps the name of a class that was renamed."""

    name: ClassVar[str] = "lichess.sync"


class Further(Renamed, frozen=True):
    """A message derived from one with a name."""


def test_a_message_is_called_by_its_slice_and_class():
    assert SyncPlayer.name == SyncPlayer("ann").name == "lichess.sync_player"
    assert Further.name.endswith(".further")


def test_a_message_may_have_a_name_of_its_own():
    assert Renamed("ann").name == "lichess.sync"


def test_a_field_that_takes_the_name_of_a_class_variable_is_refused_with_the_class():
    with pytest.raises(TypeError, match=r"message .*Named has a field called name, which says how the jobs"):

        class Named(Message, frozen=True):
            name: str  # type: ignore[misc]

    with pytest.raises(TypeError, match="a field called priority, unique_key"):

        class Several(Message, frozen=True):
            unique_key: str  # type: ignore[assignment]
            priority: int = 7  # type: ignore[misc]

    class Person(Struct, frozen=True):
        name: str

    with pytest.raises(TypeError, match="Inherited has a field called name"):

        class Inherited(Message, Person, frozen=True):
            pass


@pytest.mark.parametrize(("variable", "value"), [("name", 7), ("priority", "high"), ("timeout", None), ("unique", 1)])
def test_a_class_variable_of_another_type_is_refused_with_the_class(variable, value):
    with pytest.raises(TypeError, match=f"the message Wrong has a {variable} of another type: {value!r}"):
        types.new_class("Wrong", (Message,), exec_body=lambda body: body.update({variable: value}))
