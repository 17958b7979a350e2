"""Routes say what they raise: no error more and none less than their endpoints can raise."""

import re

import pytest

from guildhall.boot.features import FEATURES
from guildhall.boot.handlers import handler_of
from guildhall.boot.packs import BUILT_IN
from guildhall.core.identity.principals.errors import ScopeMissing, SessionEnded, TokenExpired, Unauthenticated
from guildhall.core.identity.sessions.errors import CrossSite
from guildhall.db.pages import BadCursor
from guildhall.db.policies import Viewer
from guildhall.errors import GuildhallError, Misconfigured
from guildhall.web.route import PUBLIC, Asked, Route
from tests.raised import Raised

ROUTES = [route for one in (*FEATURES, *BUILT_IN) for part in one.web_parts() for route in part.routes]
ANSWERING = [route for route in ROUTES if route.method != "WEBSOCKET"]
"""Those with a status: a WebSocket closes with a code."""
RAISED = Raised()


def follows(route: Route, error: type[GuildhallError]) -> bool:
    """Whether an error is described without being said: of any route, of a sign-in, of a list."""
    if error.status == 429 or error.status >= 500:
        return True
    if not route.public and error in (Unauthenticated, SessionEnded, TokenExpired, CrossSite, ScopeMissing):
        return True
    return route.pages is not None and error is BadCursor


@pytest.mark.parametrize("route", ANSWERING, ids=lambda route: f"{route.method} {route.path}")
def test_a_route_says_the_errors_that_its_endpoint_raises(route: Route):
    raised = {error for error in RAISED.of(route.endpoint) if not follows(route, error)}

    assert sorted(error.code for error in route.raises) == sorted(error.code for error in raised)


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
