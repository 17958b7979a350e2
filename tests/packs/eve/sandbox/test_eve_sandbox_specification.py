"""Every answer of the sandbox against the published specification of ESI."""

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
from jsonschema_rs import validator_for

from guildhall.packs.eve.sandbox.esi import ESI_ROUTES

FOLDER = Path(os.environ.get("GUILDHALL_EVE_DATA", Path(__file__).parents[5] / "shared" / "data" / "eve"))
SPECIFICATION = FOLDER / "spec" / "esi-openapi-2026-07-21.json"

# Where a route needs more than its path: query, body, the status of its success.
CALLS = {
    "POST /characters/affiliation": ("", "characters", 200),
    "POST /characters/{character_id}/mail": (
        "",
        {"body": "b", "subject": "s", "recipients": [{"recipient_id": 3012345, "recipient_type": "character"}]},
        201,
    ),
    "POST /characters/{character_id}/mail/labels": ("", {"name": "Found", "color": "#0099ff"}, 201),
    "PUT /characters/{character_id}/mail/{mail_id}": ("", {"read": True, "labels": [1]}, 204),
    "DELETE /characters/{character_id}/mail/{mail_id}": ("", None, 204),
    "DELETE /characters/{character_id}/mail/labels/{label_id}": ("", None, 204),
    "GET /characters/{character_id}/industry/jobs": ("?include_completed=true", None, 200),
    "GET /markets/{region_id}/orders": ("?order_type=all", None, 200),
    "GET /markets/{region_id}/history": ("?type_id=34", None, 200),
    "POST /universe/names": ("", [34, 30000142, 98100001, 60003760, 10000002, 20000020], 200),
    "POST /universe/ids": ("", ["Jita", "Tritanium", "CONCORD", "Mirelle Aduyer"], 200),
}
PATHS = {
    "label_id": 16,
    "region_id": 10000002,
    "structure_id": 1038046192011,
    "type_id": 34,
    "system_id": 30002537,
    "planet_id": 40161463,
    "schematic_id": 121,
}


@pytest.fixture(scope="session")
def specification():
    """The specification; skips where there is none."""
    if not SPECIFICATION.is_file():
        pytest.skip(f"no specification of ESI at {SPECIFICATION}")
    return json.loads(SPECIFICATION.read_text())


def operation(specification, route):
    return specification["paths"][route.path][route.method.lower()]


def check(specification, route, status, headers, body):
    """A status that is declared, its headers, and a body of its schema."""
    responses = operation(specification, route)["responses"]
    declared = responses[str(status)] if str(status) in responses else responses["default"]
    if status < 300:
        assert str(status) in responses
        if route.method == "GET":
            for name in declared.get("headers", {}):
                assert name in headers, f"{route.name} lacks {name}"
    content = declared.get("content", {}).get("application/json")
    if content is None:
        assert body == b""
        return
    assert headers["Content-Type"].startswith("application/json")
    schema = {"components": specification["components"], **content["schema"]}
    errors = [f"{error.instance_path}: {error.message}" for error in validator_for(schema).iter_errors(body)]
    assert not errors, f"{route.name}: {errors[:5]}"


async def call(sandbox, route, token, character, mail_id, **kwargs):
    query, body, expected = CALLS.get(route.name, ("", None, 200))
    if body == "characters":
        body = sandbox.pilots
    path = route.path.format(**PATHS, character_id=character, mail_id=mail_id)
    sent = {} if body is None else {"json": body}
    status, headers, answered = await sandbox.esi(f"{path}{query}", token, route.method, **sent, **kwargs)
    return expected, status, headers, answered


@pytest.mark.parametrize("route", ESI_ROUTES, ids=lambda route: route.name)
async def test_every_answer_is_as_specified(start, options, specification, route):
    sandbox = await start(replace(options, unknown_types=False))
    for character in sandbox.pilots:
        token = await sandbox.mint(character)
        # A day later mail has come in, orders have filled, jobs and extractors have ended.
        for _ in range(2):
            mails = (await sandbox.esi(f"/characters/{character}/mail", token))[2]
            found = await call(sandbox, route, token, character, mails[0]["mail_id"])
            expected, status, headers, body = found
            if "structure_id" in route.path and character == sandbox.pilots[-1]:
                assert status in (200, 403)
            else:
                assert status == expected, body
            check(specification, route, status, headers, body)
            assert headers["X-Compatibility-Date"] == operation(specification, route)["x-compatibility-date"]
            sandbox.pass_time(86_400)
            token = await sandbox.mint(character)
            if "label_id" in route.path:
                break


@pytest.mark.parametrize("route", ESI_ROUTES, ids=lambda route: route.name)
async def test_limits_and_caching_are_as_specified(sandbox, specification, route):
    character = sandbox.pilots[0]
    token = await sandbox.mint(character)
    mails = (await sandbox.esi(f"/characters/{character}/mail", token))[2]
    sandbox.pass_time(1000)
    _, _, headers, _ = await call(sandbox, route, token, character, mails[1]["mail_id"])
    wanted = operation(specification, route)
    limit = wanted.get("x-rate-limit")
    if limit is None:
        assert "X-Ratelimit-Group" not in headers
        assert "X-ESI-Error-Limit-Remain" in headers
    else:
        assert headers["X-Ratelimit-Group"] == limit["group"]
        assert headers["X-Ratelimit-Limit"] == f"{limit['max-tokens']}/{limit['window-size']}"
        assert "X-ESI-Error-Limit-Remain" not in headers
    age, event = wanted.get("x-cache-age"), wanted.get("x-cache-mode") == "event-based"
    if route.method == "GET" and event:
        assert "Expires" not in headers
        assert f"max-age={age or 60}" in headers["Cache-Control"]
    elif route.method == "GET":
        assert "max-age" not in headers["Cache-Control"]
        if age is not None:
            assert route.seconds == age
    scopes = [scope for security in wanted.get("security", []) for scope in security["OAuth2"]]
    assert scopes == ([] if route.scope is None else [route.scope])


@pytest.mark.parametrize("route", [route for route in ESI_ROUTES if route.scope], ids=lambda route: route.name)
async def test_refusals_are_as_specified(sandbox, specification, route):
    character = sandbox.pilots[0]
    scopeless = await sandbox.mint(character, scopes=[])
    for token, wanted in ((None, 401), ("a.b.c", 401), (scopeless, 403)):
        _, status, headers, body = await call(sandbox, route, token, character, 1)
        assert status == wanted
        check(specification, route, status, headers, body)
