"""The API against its own description: every operation with many inputs, over real HTTP."""

import asyncio
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from guildhall.boot.app import make_routes
from tests.packs.dota2 import make

CHECKS = (
    content_type_conformance, response_headers_conformance, response_schema_conformance, status_code_conformance,
)  # fmt: skip
EXAMPLES = 12
"""For each operation with known players, and as many with whatever the description allows."""


async def test_the_description_names_every_route_with_words_shapes_and_failures(guildhall):
    document = (await guildhall.get("/openapi.json")).json

    assert document["openapi"].startswith("3.1")
    routed = {
        route.path_format
        for route in make_routes(guildhall.runtime, []).routes
        if "{file_path}" not in route.path_format
    }
    hidden = {"/", "/docs", "/docs/start.js"} | {path for path in routed if path.startswith("/openapi.json")}
    assert document["paths"].keys() == routed - hidden
    for path, item in document["paths"].items():
        for method, operation in item.items():
            where = f"{method} {path}"
            assert operation["summary"], where
            assert operation["description"], where
            assert operation["tags"], where
            responses = operation["responses"]
            assert {"429", "503"} <= responses.keys(), where
            (success,) = [status for status in responses if status.startswith("2")]
            (media,) = responses[success]["content"].values()
            assert media["schema"], where
            for status, response in responses.items():
                if status >= "400" and (path, status) != ("/readyz", "503"):
                    assert list(response["content"]) == ["application/problem+json"], (where, status)
            for parameter in operation.get("parameters", []):
                assert parameter["schema"].get("description") or parameter.get("description"), (where, parameter)
            if "{" in path:
                assert {"400", "404"} <= responses.keys() or path.endswith("refresh"), where
                assert operation["parameters"][0].get("examples"), where
    profile = document["paths"]["/api/v1/opendota_proxy/players/{account_id}"]["get"]["responses"]["200"]
    assert profile["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/PlayerProfile"}
    assert document["components"]["schemas"]["PlayerProfile"]["properties"]["rank_tier"]["examples"]


def attempt(address: str, known: list[int], statuses: set[int]) -> Any:
    """A test of one operation: the answer to a case is one that the description knows."""

    def one(case: Any, player: int | None) -> None:
        if player is not None and "account_id" in (case.path_parameters or {}):
            case.path_parameters["account_id"] = str(player)
        if player is not None and "ids" in (case.query or {}):
            case.query["ids"] = ",".join(map(str, known))
        response = case.call(base_url=address)
        statuses.add(response.status_code)
        case.validate_response(response, checks=list(CHECKS))

    return one


def fuzz(address: str, known: list[int]) -> dict[str, set[int]]:
    """Ask for everything in many ways; the statuses that came, by operation."""
    settled = settings(
        max_examples=EXAMPLES, deadline=None, derandomize=True, database=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    seen: dict[str, set[int]] = {}
    for result in schemathesis.openapi.from_url(f"{address}/openapi.json").get_all_operations():
        operation: Any = result.ok()  # type: ignore[union-attr]
        statuses = seen.setdefault(f"{operation.method.upper()} {operation.path}", set())
        for player in (st.none(), st.sampled_from(known)):
            settled(given(case=operation.as_strategy(), player=player)(attempt(address, known, statuses)))()
    return seen


@pytest.mark.slow
async def test_no_input_makes_an_answer_that_the_description_does_not_know(start_guildhall, sandbox):
    guildhall = await start_guildhall(sandbox, dota2={"refresh_cooldown": 0})
    known = make.ids(sandbox)[:3]

    seen = await asyncio.to_thread(fuzz, guildhall.address, known)

    assert len(seen) >= 15
    assert set().union(*seen.values()) <= {200, 202, 400, 404, 409, 429, 503}
    for operation, statuses in seen.items():
        if operation != "GET /readyz":
            assert statuses & {200, 202}, operation
