"""Routes say what they raise: no error more and none less than their endpoints can raise."""

import re

import pytest

from guildhall.boot.features import FEATURES
from guildhall.boot.handlers import handler_of
from guildhall.boot.packs import BUILT_IN
from guildhall.db.pages import Cursor
from guildhall.db.policies import Viewer
from guildhall.errors import Misconfigured
from guildhall.testing.checks.openapi import differing_errors
from guildhall.testing.checks.raised import Raised
from guildhall.web.route import PUBLIC, Asked, Pages, Route

ROUTES = [route for one in (*FEATURES, *BUILT_IN) for part in one.web_parts() for route in part.routes]
ANSWERING = [route for route in ROUTES if route.method != "WEBSOCKET"]
"""Those with a status: a WebSocket closes with a code."""
RAISED = Raised()


@pytest.mark.parametrize("route", ANSWERING, ids=lambda route: f"{route.method} {route.path}")
def test_a_route_says_the_errors_that_its_endpoint_raises(route: Route):
    assert list(differing_errors(RAISED, route)) == []


def test_the_walk_finds_what_is_raised_far_below():
    found = {error.code for route in ROUTES for error in RAISED.of(route.endpoint)}

    assert {"realm.treasury_too_low", "realm.banned", "dota2.player_not_found", "identity.wrong_password"} <= found
    assert len(found) > 130


class _Unknown:
    pass


async def _asks_for_an_unknown_object(thing: _Unknown) -> None:
    """Nothing."""


async def _asks_for_a_page(asked: Asked[int]) -> None:
    """Nothing."""


async def _asks_who_it_is(viewer: Viewer) -> None:
    """Nothing."""


async def _asks_for_no_type(thing: "int | str") -> None:
    """Nothing."""


@pytest.mark.parametrize(
    ("endpoint", "words"),
    [
        (_asks_for_an_unknown_object, "asks for thing: _Unknown, which nothing provides"),
        (_asks_for_a_page, "`pages=` and a parameter of type Asked go together"),
        (_asks_who_it_is, "asks for viewer, and answers people who did not sign in"),
        (_asks_for_no_type, "asks for thing: int | str, which no request has"),
    ],
)
async def test_a_route_that_asks_for_what_is_not_there_is_no_route(guildhall, endpoint, words):
    route = Route(method="GET", path="/x", endpoint=endpoint, scope=PUBLIC)

    with pytest.raises(Misconfigured, match=re.escape(words)):
        handler_of(route, lambda: guildhall.runtime, {})


@pytest.mark.parametrize(("usual", "largest"), [(0, 100), (101, 100), (500, 100)])
def test_a_page_is_never_longer_than_the_longest(usual, largest):
    with pytest.raises(ValueError, match=f"{usual} items are usual"):
        Pages(Cursor("test", 1, int), usual, largest)
