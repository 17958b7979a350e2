"""What the description says by rule, of every operation; and that the page can write with it."""

import re
from collections import Counter
from typing import Any

import msgspec
import pytest

from guildhall.core.identity.credentials.passwords import Passwords
from guildhall.errors import GuildhallError
from guildhall.testing.people import make_user
from guildhall.web.description import with_stable_names
from guildhall.web.problems import Problem
from guildhall.web.tags import TAGS

PROVEN = re.compile(r"/api/v1/auth/|/metrics")
"""Where a 401 speaks of what the body or a token of its own shows, not of a session."""

RIDDLE = re.compile(r"(What|Who|Whom|Whose|Whether|Where|Which|How|Of|As|Nobody|Not)\b")
"""Beginnings of a summary that make a reader ask what it is."""
MOST = 30
"""Operations of a tag that a reader still looks through."""


async def test_every_operation_has_a_summary_an_id_a_tag_and_its_security_by_rule(guildhall):
    document = (await guildhall.get("/openapi.json")).json
    assert document["components"]["securitySchemes"].keys() == {"bearer", "page"}
    assert [tag["name"] for tag in document["tags"]] == [tag.name for tag in TAGS]
    seen: set[str] = set()
    used: Counter[str] = Counter()
    for path, item in document["paths"].items():
        for method, operation in item.items():
            where = f"{method} {path}"
            assert " " in operation["summary"], where
            assert not RIDDLE.match(operation["summary"]), where
            assert not re.match(r"(Get|Post|Put|Patch|Delete)[A-Z]", operation["summary"]), where
            words = re.sub(r"\{(\w+)\}", r"by_\1", path.removeprefix("/api/v1/").strip("/"))
            assert operation["operationId"] == f"{method}_{re.sub(r'[^a-z0-9]+', '_', words.lower())}", where
            assert len(operation["tags"]) == 1, where
            seen.add(operation["operationId"])
            used.update(operation["tags"])
            if not PROVEN.match(path):
                assert bool(operation.get("security")) == ("401" in operation["responses"]), where
    assert used.keys() == {tag.name for tag in TAGS}
    assert max(used.values()) <= MOST, used
    assert all(tag["description"] for tag in document["tags"])


def patterned(part: Any, schemas: dict[str, Any], seen: set[str], at: str) -> list[tuple[str, dict[str, Any]]]:
    """Every schema with a pattern that a body leads to, and where it is."""
    if isinstance(part, list):
        return [one for item in part for one in patterned(item, schemas, seen, at)]
    if not isinstance(part, dict):
        return []
    if (name := part.get("$ref")) is not None:
        if name in seen:
            return []
        seen.add(name)
        return patterned(schemas[name.rpartition("/")[2]], schemas, seen, name)
    own = [(at, part)] if isinstance(part.get("pattern"), str) else []
    return own + [one for key, item in part.items() for one in patterned(item, schemas, seen, f"{at}.{key}")]


async def test_every_text_of_a_body_has_an_example_that_fits_it(guildhall):
    """A page makes up a text from the pattern alone otherwise, such as `~|z}|}z|z~`."""
    document = (await guildhall.get("/openapi.json")).json
    seen: set[str] = set()
    found = [
        one
        for item in document["paths"].values()
        for operation in item.values()
        for one in patterned(operation.get("requestBody", {}), document["components"]["schemas"], seen, "")
    ]
    assert len(found) > 50
    for where, schema in found:
        assert schema.get("examples"), where
        for example in schema["examples"]:
            assert re.search(schema["pattern"], example), (where, example)
        assert "\\Z" not in schema["pattern"], where  # a pattern of JSON Schema is ECMAScript's


TOKENS = "#/components/schemas/SessionTokens"
SIGN_INS = {
    "get_auth_by_provider_callback", "post_auth_by_provider_complete", "post_auth_refresh", "post_auth_sign_in",
    "post_auth_second_factor", "post_auth_passkey",
}  # fmt: skip


def refs_to_tokens(part: Any, schemas: dict[str, Any], depth: int = 0) -> list[tuple[int, str]]:
    """Every schema with an `access_token` that a schema leads to, and how many fields deep it lies."""
    if isinstance(part, list):
        return [one for item in part for one in refs_to_tokens(item, schemas, depth)]
    if not isinstance(part, dict):
        return []
    if (name := part.get("$ref")) is not None:
        target = schemas[name.rpartition("/")[2]]
        assert isinstance(target, dict)
        own = [(depth, name)] if "access_token" in target.get("properties", {}) else []
        return own + (refs_to_tokens(target, schemas, depth + 1) if depth < 5 else [])
    own = [(depth, "inline")] if "access_token" in part.get("properties", {}) and not depth else []
    parts = [item for key, item in part.items() if key not in ("$ref", "examples")]
    return own + [one for item in parts for one in refs_to_tokens(item, schemas, depth)]


async def test_every_answer_with_tokens_has_the_one_schema(guildhall):
    document = (await guildhall.get("/openapi.json")).json
    schemas = document["components"]["schemas"]
    found = {}
    for item in document["paths"].values():
        for operation in item.values():
            for answer in operation["responses"].values():
                if tokens := refs_to_tokens(answer.get("content", {}), schemas):
                    found[operation["operationId"]] = tokens

    assert found == {name: [(0, TOKENS)] for name in SIGN_INS}
    fields = schemas["SessionTokens"]["properties"]
    assert {"access_token", "token_type", "expires_in", "refresh_token"} <= fields.keys()
    assert not any("tokens" in schema.get("properties", {}) for schema in schemas.values())


async def test_what_the_page_sends_signs_in_and_writes(guildhall):
    """As Swagger UI does with cookies and our interceptor: what the script reads from the cookie goes as the header."""
    start = (await guildhall.get("/docs/start.js")).body.decode()
    (pattern,) = re.findall(r"= /(.+)/\.exec\(document\.cookie\)", start)
    assert 'request.headers["X-CSRF-Token"] = token[1]' in start
    stored = await guildhall.runtime.provided[Passwords].hash("correct horse battery")
    await make_user(guildhall.runtime.url, email="page@example.com", password_hash=stored)
    body = {"email": "page@example.com", "password": "correct horse battery", "page": True}
    origin = {"origin": guildhall.address}
    answer = await guildhall.post("/api/v1/auth/sign-in", json=body, headers=origin)
    assert answer.status == 200, answer.body
    cookies = "; ".join(text.partition(";")[0] for text in answer.headers.getall("set-cookie"))
    visible = "; ".join(
        text.partition(";")[0] for text in answer.headers.getall("set-cookie") if "HttpOnly" not in text
    )
    token = re.search(pattern, visible)
    assert token is not None, visible

    headers = {**origin, "cookie": cookies}
    without = await guildhall.request("PATCH", "/api/v1/me", json={"name": "Page"}, headers=headers)
    headers["X-CSRF-Token"] = token[1]
    written = await guildhall.request("PATCH", "/api/v1/me", json={"name": "Page"}, headers=headers)

    assert without.status == 403
    assert written.status in (200, 204), written.body


async def test_every_failure_shows_an_example_of_its_own_status_whose_code_exists(guildhall):
    document = (await guildhall.get("/openapi.json")).json
    shown = document["components"]["examples"]
    kinds = [GuildhallError]
    for kind in kinds:
        kinds += kind.__subclasses__()
    known = {(kind.status, kind.code, kind.title) for kind in kinds}
    used = set()
    for path, item in document["paths"].items():
        for method, operation in item.items():
            for status, response in operation["responses"].items():
                content = response.get("content", {}).get("application/problem+json")
                if content is None:
                    continue
                values = [
                    shown[one["$ref"].removeprefix("#/components/examples/")]["value"]
                    for one in content["examples"].values()
                ]
                assert values, f"{method} {path} {status}"
                assert {str(value["status"]) for value in values} == {status}, f"{method} {path}"
                used |= {value["code"] for value in values}

    assert used == shown.keys()
    for value in (one["value"] for one in shown.values()):
        assert (value["status"], value["code"], value["title"]) in known
        assert msgspec.convert(value, Problem).code == value["code"]


async def test_a_schema_is_not_named_after_its_module(guildhall):
    names = (await guildhall.get("/openapi.json")).json["components"]["schemas"].keys()

    assert {"Page_War", "Page_SessionView", "RealmReadRequest", "NotifyReadRequest"} <= names
    assert [name for name in names if not re.fullmatch(r"[A-Z][A-Za-z0-9]*(_[A-Z][A-Za-z0-9]*)?", name)] == []


def test_two_schemas_of_one_name_are_refused():
    schemas: dict[str, Any] = {"Page_guildhall.packs.a.War_": {}, "Page_guildhall.packs.b.War_": {}}

    with pytest.raises(ValueError, match="one name"):
        with_stable_names({"components": {"schemas": schemas}})


def test_an_integer_is_one_member_of_a_union_with_numbers():
    union = {"oneOf": [{"type": "integer"}, {"type": "number"}, {"type": "string"}]}

    found = with_stable_names({"components": {"schemas": {"Value": union}}})

    assert found["components"]["schemas"]["Value"] == {"oneOf": [{"type": "number"}, {"type": "string"}]}
