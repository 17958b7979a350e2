"""The API against its own description: every operation with many inputs, over real HTTP."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from msgspec import Struct
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from guildhall.boot.app import Routes
from guildhall.db.connection import connect
from guildhall.ids import UserId
from guildhall.testing.people import sign_in
from tests.packs.dota2 import make
from tests.packs.eve.make import running_engine, running_sandbox
from tests.packs.poe2.builds.world import known_builds
from tests.packs.poe2.market import make as market
from tests.packs.realm.world import make_world

CHECKS = (
    content_type_conformance, response_headers_conformance, response_schema_conformance, status_code_conformance,
)  # fmt: skip
EXAMPLES = 7
"""For each operation with things that exist, with whatever the description allows, and as nobody."""
SHARDS = 8
ENDLESS = frozenset({"/api/v1/notifications/stream", "/api/v1/live/events"})
ALIKE = ("refresh", "/views", "/by/{author}")
"""Ends of addresses that answer alike whether there is such a thing or not, so that nobody tries ids by them."""
OF_USERS = """
select table_schema || '.' || table_name as name from information_schema.columns
where table_schema = 'eve' and column_name = 'user_id' and table_name !~ '_[0-9]{4}_[0-9]{2}$|_default$'
"""


async def test_the_description_names_every_route_with_words_shapes_and_failures(guildhall):
    document = (await guildhall.get("/openapi.json")).json

    assert document["openapi"].startswith("3.1")
    routed = {
        route.path_format
        for route in Routes(guildhall.runtime).application.routes
        if "{file_path}" not in route.path_format
    }
    hidden = {"/", "/docs", "/docs/start.js", "/api/v1/live"}
    hidden |= {path for path in routed if path.startswith("/openapi.json")}
    assert document["paths"].keys() == routed - hidden
    for path, item in document["paths"].items():
        for method, operation in item.items():
            where = f"{method} {path}"
            assert operation["summary"], where
            assert operation["description"], where
            assert operation["tags"], where
            responses = operation["responses"]
            assert {"429", "503"} <= responses.keys(), where
            (success,) = [status for status in responses if status[0] in "23"]
            if success not in ("202", "204", "302"):
                (media,) = responses[success]["content"].values()
                assert media["schema"], where
            for status, response in responses.items():
                if status >= "400" and (path, status) != ("/readyz", "503"):
                    assert list(response["content"]) == ["application/problem+json"], (where, status)
            for parameter in operation.get("parameters", []):
                assert parameter["schema"].get("description") or parameter.get("description"), (where, parameter)
            if "{" in path:
                assert {"400", "404"} <= responses.keys() or path.endswith(ALIKE), where
                assert operation["parameters"][0].get("examples"), where
    profile = document["paths"]["/api/v1/opendota_proxy/players/{account_id}"]["get"]["responses"]["200"]
    assert profile["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/PlayerProfile"}
    assert document["components"]["schemas"]["PlayerProfile"]["properties"]["rank_tier"]["examples"]


@schemathesis.serializer("application/x-ndjson")
def ndjson(_: Any, rows: Any) -> bytes:
    """The description calls a body of rows a text."""
    return str(rows).encode("utf-8", "surrogatepass")


@schemathesis.serializer("image/jpeg", "image/png", "image/webp")
def image(_: Any, data: Any) -> bytes:
    """The description calls the bytes of an image a text."""
    return str(data).encode("utf-8", "surrogatepass")


class Target(Struct, frozen=True):
    """What is fuzzed: a running product, ids that exist, and how somebody signs in anew."""

    address: str
    known: dict[str, list[str]]
    sign_in: Callable[[], dict[str, str]]


async def give_characters(database: str, user_id: UserId) -> None:
    """All characters with all that hangs on them are this user's now, and their tokens are good."""
    connection = await connect(database)
    try:
        async with connection.transaction():
            await connection.execute("set local session_replication_role = replica")  # the keys point back again below
            for row in await connection.fetch(OF_USERS):
                await connection.execute(f"update {row['name']} set user_id = $1", user_id)
            await connection.execute("update eve.characters set token_state = 'valid'")
    finally:
        await connection.close()


def attempt(target: Target, headers: dict[str, str], statuses: set[int]) -> Any:
    """A test of one operation: the answer to a case is one that the description knows."""

    def one(case: Any, choice: int | None) -> None:
        if choice is not None:
            for name in set(case.path_parameters or {}) & target.known.keys():
                case.path_parameters[name] = target.known[name][choice % len(target.known[name])]
            if "ids" in (case.query or {}):
                case.query["ids"] = ",".join(target.known["account_id"])
        response = case.call(base_url=target.address, headers=headers, allow_redirects=False)
        statuses.add(response.status_code)
        case.validate_response(response, checks=list(CHECKS))

    return one


def fuzz(target: Target, shard: int) -> dict[str, set[int]]:
    """Ask for everything of a shard in many ways, as somebody and as nobody; the statuses, by operation."""
    settled = settings(
        max_examples=EXAMPLES, deadline=None, derandomize=True, database=None,
        phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    seen: dict[str, set[int]] = {}
    operations = list(schemathesis.openapi.from_url(f"{target.address}/openapi.json").get_all_operations())
    for number, result in enumerate(operations):
        operation: Any = result.ok()  # type: ignore[union-attr]
        if number % SHARDS != shard or operation.path in ENDLESS:
            continue
        statuses = seen.setdefault(f"{operation.method.upper()} {operation.path}", set())
        private = "401" in operation.definition.raw["responses"]
        # Each operation has a person of its own: some of them end the session, or the account.
        person = target.sign_in() if private else {}
        for headers, choices in ((person, st.none()), (person, st.integers(0, 2)), ({}, st.integers(0, 2))):
            if headers or not private or not statuses & {401}:
                settled(given(case=operation.as_strategy(), choice=choices)(attempt(target, headers, statuses)))()
    return seen


@pytest.mark.slow
@pytest.mark.parametrize("shard", range(SHARDS))
async def test_no_input_makes_an_answer_that_the_description_does_not_know(start_guildhall, sandbox, clone, shard):
    accounts = {
        "argon2_memory_kb": 64, "argon2_passes": 1, "smtp_host": "127.0.0.1", "stripe_webhook_secrets": ["whsec_fuzz"],
    }  # fmt: skip
    async with running_sandbox(pilots=2) as eve:
        guildhall = await start_guildhall(sandbox, dota2={"refresh_cooldown": 0}, eve=eve.settings, identity=accounts)
        person = await sign_in(guildhall, email="fuzz@example.com")
        await person.put("/api/v1/me/profile", json={"handle": "fuzzed"})
        async with running_engine(clone, eve) as engine:
            character = await engine.sign_in(eve.pilots[0], person.id)
            await engine.sync(character)
        realm = await make_world(clone)
        async with guildhall.runtime.db.write() as tx:
            await market.market(tx, "Standard")
            await market.prices(tx, market.reading(market.DIVINE, 0, 160), league="Standard")
        loop = asyncio.get_running_loop()

        async def again() -> dict[str, str]:
            """Somebody with the character, whoever had it before, and a place in the realm."""
            new = await sign_in(guildhall)
            await give_characters(clone, new.id)
            await new.put("/api/v1/me/profile", json={"handle": f"x{new.id.hex[:24]}"})
            await realm.enter(new.id)
            return new.headers

        target = Target(
            guildhall.address,
            {
                "account_id": [str(player) for player in make.ids(sandbox)[:3]],
                "character_id": [str(eve.pilots[0])],
                "type_id": ["34"],
                "region_id": ["10000002"],
                "provider": ["eve"],
                "resource": ["heroes"],
                "item": ["divine", market.RUNE],
                "handle": ["fuzzed"],
                **realm.known,
                **await known_builds(person),
            },
            lambda: asyncio.run_coroutine_threadsafe(again(), loop).result(30),
        )

        seen = await asyncio.to_thread(fuzz, target, shard)

    assert len(seen) >= 15
    assert set().union(*seen.values()) <= {
        200,
        201,
        202,
        204,
        302,
        304,
        400,
        401,
        403,
        404,
        409,
        413,
        415,
        422,
        429,
        503,
    }
    for operation, statuses in seen.items():
        if operation != "GET /readyz":
            assert statuses - {429, 503}, operation
