"""The walk through an endpoint finds what declared routes and rows kept fresh raise."""

from datetime import timedelta
from typing import Any, ClassVar

import pytest
from msgspec import Struct

from guildhall.core.cache.cache import Cache
from guildhall.core.cache.schemas import Kind
from guildhall.core.fresh.declaration import Fresh
from guildhall.core.fresh.errors import BadKey, TooManyKept
from guildhall.core.upstream.routes import upstream_route
from guildhall.core.upstream.serving import Answers
from guildhall.core.upstream.upstream import Upstream
from guildhall.db.pool import Transaction
from guildhall.errors import NotFound
from guildhall.testing.checks.openapi import differing_errors
from guildhall.testing.checks.raised import Raised
from guildhall.web.route import PUBLIC, Routes


class PlayerNotFound(NotFound):
    code = "osu.player_not_found"
    says = "Player not found: osu! has no player {name}."
    name: str


class Player(Struct, frozen=True):
    """A player."""

    name: str


class Osu(Upstream[Any]):
    """A game API."""

    name: ClassVar[str] = "osu"

    @upstream_route("/users/{name}", Player, kind=Kind("osu_user", timedelta(minutes=5)), missing=PlayerNotFound)
    def user(self, name: str) -> None:
        """A player."""

    @upstream_route("/online", Player)
    def online(self) -> None:
        """All players."""


async def _refresh(name: str) -> None:
    """Nothing."""


PLAYERS = Fresh("osu_players", every=timedelta(hours=6), refresh=_refresh, most=10)
ENDLESS = Fresh("osu_endless", every=timedelta(hours=6), refresh=_refresh)
PROFILES = Answers(Osu.user)


async def _fetches_now(name: str, osu: Osu) -> None:
    await osu.user.fetch_now(name)


async def _fetches(name: str, osu: Osu) -> None:
    await osu.user.fetch(name)


async def _fetches_either(name: str, osu: Osu) -> None:
    await osu.user.fetcher(True)(name)


async def _fetches_under_another_name(name: str, osu: Osu) -> None:
    route = osu.user
    await route.fetch(name)


async def _finds(name: str, osu: Osu, cache: Cache) -> None:
    await PROFILES.find(cache, osu, name)


async def _calls_what_fetches(name: str, osu: Osu) -> None:
    await _fetches_now(name, osu)


async def _fetches_what_is_always_there(osu: Osu) -> None:
    await osu.online.fetch_now()


async def _names_a_route(name: str) -> str:
    return Osu.user.key(name)


async def _catches(name: str, osu: Osu) -> None:
    try:
        await osu.user.fetch_now(name)
    except PlayerNotFound:
        return


async def _wants(name: str, tx: Transaction) -> None:
    await PLAYERS.want(tx, name)


async def _keeps(name: str, tx: Transaction) -> None:
    await PLAYERS.keep(tx, name)


async def _forgets(name: str, tx: Transaction) -> None:
    await PLAYERS.forget(tx, name)


async def _wants_without_limit(name: str, tx: Transaction) -> None:
    await ENDLESS.want(tx, name)


async def _keeps_to_a_limit_of_its_own(name: str, tx: Transaction) -> None:
    await ENDLESS.keep(tx, name, most=5)


@pytest.mark.parametrize(
    ("endpoint", "errors"),
    [
        (_fetches_now, {PlayerNotFound}),
        (_fetches, {PlayerNotFound}),
        (_fetches_either, {PlayerNotFound}),
        (_fetches_under_another_name, {PlayerNotFound}),
        (_finds, {PlayerNotFound}),
        (_calls_what_fetches, {PlayerNotFound}),
        (_fetches_what_is_always_there, set()),
        (_names_a_route, set()),
        (_catches, set()),
        (_wants, {TooManyKept, BadKey}),
        (_keeps, {TooManyKept, BadKey}),
        (_forgets, {BadKey}),
        (_wants_without_limit, {BadKey}),
        (_keeps_to_a_limit_of_its_own, {TooManyKept, BadKey}),
    ],
    ids=lambda one: getattr(one, "__name__", "").lstrip("_"),
)
def test_what_an_endpoint_raises(endpoint, errors):
    found = Raised([__name__]).of(endpoint)

    assert {error for error in found if error.status < 500} == errors


@pytest.mark.parametrize(
    ("raises", "said"),
    [
        ((TooManyKept,), []),
        ((TooManyKept, BadKey), []),
        ((), ["raises fresh.too_many_kept, which raises= does not name"]),
        (
            (TooManyKept, PlayerNotFound),
            ["raises= names osu.player_not_found, which it never raises"],
        ),
    ],
)
def test_a_bad_key_may_be_named_and_a_full_list_must(raises, said):
    routes = Routes("/api/v1/osu")
    routes.post("/wishes", scope=PUBLIC, raises=raises)(_wants)

    assert list(differing_errors(Raised([__name__]), next(iter(routes)))) == said
