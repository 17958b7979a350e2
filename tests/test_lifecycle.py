"""The methods by which the objects of a process take part in its life have the form that boot calls."""

import inspect
from typing import Any, get_type_hints

import pytest

from guildhall.boot.features import FEATURES
from guildhall.boot.packs import BUILT_IN
from guildhall.core.cache.cache import Cache
from guildhall.core.realtime.hub import Hub
from guildhall.core.realtime.presence import Presence
from guildhall.db.listen import Listener

SLICES = (*FEATURES, *BUILT_IN)
KINDS: list[type[Any]] = list(
    dict.fromkeys(
        [
            Cache,
            Hub,
            Presence,
            *(kind for one in SLICES for part in one.process_parts() for kind in part.services),
            *(kind for one in SLICES for part in one.web_parts() for kind in (*part.provides, *part.operations)),
        ]
    )
)


def having(name: str) -> list[type[Any]]:
    """The classes that have a method."""
    return [kind for kind in KINDS if hasattr(kind, name)]


@pytest.mark.parametrize("kind", having("close"), ids=lambda kind: kind.__name__)
def test_close_is_asynchronous_and_takes_nothing(kind):
    assert inspect.iscoroutinefunction(kind.close)
    assert list(inspect.signature(kind.close).parameters) == ["self"]


@pytest.mark.parametrize("kind", having("listen"), ids=lambda kind: kind.__name__)
def test_listen_takes_the_listener_and_returns_at_once(kind):
    assert not inspect.iscoroutinefunction(kind.listen)
    assert get_type_hints(kind.listen) == {"listener": Listener, "return": type(None)}


@pytest.mark.parametrize("kind", having("start"), ids=lambda kind: kind.__name__)
def test_start_takes_nothing_and_returns_at_once(kind):
    assert not inspect.iscoroutinefunction(kind.start)
    assert list(inspect.signature(kind.start).parameters) == ["self"]


def test_some_objects_have_each_of_these_methods():
    assert having("close")
    assert having("listen")
    assert having("start")
