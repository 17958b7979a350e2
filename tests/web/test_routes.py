"""Routes say what they raise: no error more and none less than their endpoints can raise."""

import pytest

from guildhall.boot.features import FEATURES
from guildhall.boot.packs import BUILT_IN
from guildhall.core.identity.principals.errors import ScopeMissing, SessionEnded, TokenExpired, Unauthenticated
from guildhall.core.identity.sessions.errors import CrossSite
from guildhall.db.pages import BadCursor
from guildhall.errors import GuildhallError
from guildhall.web.route import Route
from tests.raised import Raised

ROUTES = [route for one in (*FEATURES, *BUILT_IN) for part in one.web_parts() for route in part.routes]
RAISED = Raised()


def follows(route: Route, error: type[GuildhallError]) -> bool:
    """Whether an error is described without being said: of any route, of a sign-in, of a list."""
    if error.status == 429 or error.status >= 500:
        return True
    if not route.public and error in (Unauthenticated, SessionEnded, TokenExpired, CrossSite, ScopeMissing):
        return True
    return route.pages is not None and error is BadCursor


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_a_route_says_the_errors_that_its_endpoint_raises(route: Route):
    if route.method == "WEBSOCKET":
        pytest.skip("a WebSocket closes with a code")
    raised = {error for error in RAISED.of(route.endpoint) if not follows(route, error)}

    assert sorted(error.code for error in route.raises) == sorted(error.code for error in raised)


def test_the_walk_finds_what_is_raised_far_below():
    found = {error.code for route in ROUTES for error in RAISED.of(route.endpoint)}

    assert {"realm.treasury_too_low", "realm.banned", "dota2.player_not_found", "identity.wrong_password"} <= found
    assert len(found) > 130
