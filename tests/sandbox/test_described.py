"""Stand-ins from OpenAPI files: believable answers, parameters, pages, errors, and files that make no sense."""

import asyncio
import json
import re
import warnings
from copy import deepcopy
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guildhall.sandbox import Described, Limit, Misread, StandIn, Table
from guildhall.sandbox.openapi.draws import Draws, Series
from guildhall.sandbox.openapi.paging import ROWS
from guildhall.sandbox.openapi.patterns import matching
from tests.sandbox.driving import Got, driven

YAML = """
openapi: 3.1.0
info: {title: A game, version: "1"}
servers: [{url: "https://{host}/api", variables: {host: {default: api.example.net}}}]
paths:
  /users/{userId}:
    parameters: [{name: userId, in: path, required: true, schema: {type: integer, minimum: 0}}]
    get:
      responses:
        200: {content: {application/json: {schema: {$ref: "#/components/schemas/User"}}}}
        404: {$ref: "#/components/responses/Problem"}
  /users/me:
    get: {responses: {"200": {content: {application/json: {example: {me: true}}}}}}
  /games:
    get:
      parameters:
        - {name: page, in: query, schema: {type: integer, minimum: 1, default: 1}}
        - {name: limit, in: query, schema: {type: integer, default: 10}}
        - {name: perf, in: query, required: true, schema: {type: string, enum: [blitz, rapid]}}
        - {name: rated, in: query, schema: {type: boolean}}
      responses:
        "200":
          content:
            application/json:
              schema:
                type: object
                required: [items, total]
                properties:
                  total: {type: integer}
                  items: {type: array, items: {$ref: "#/components/schemas/Game"}}
        "400": {$ref: "#/components/responses/Problem"}
    post:
      requestBody:
        required: true
        content: {application/json: {schema: {type: object, required: [name], properties: {name: {type: string}}}}}
      responses: {"201": {content: {application/json: {schema: {$ref: "#/components/schemas/Game"}}}}}
  /feed:
    get: {responses: {"200": {content: {application/x-ndjson: {schema: {$ref: "#/components/schemas/Game"}}}}}}
  /games/{id}.txt:
    delete:
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses: {"204": {description: Gone}}
    get: {responses: {default: {content: {text/plain: {example: "1. e4 e5"}}}}}
components:
  responses:
    Problem:
      content: {application/json: {schema: {type: object, required: [error], properties: {error: {type: string}}}}}
  schemas:
    User:
      type: object
      required:
        [id, username, email, createdAt, seenAt, rating, country, code, tags, ratio, flag, nothing, kind, either]
      properties:
        id: {type: integer}
        username: {type: string, minLength: 3, maxLength: 12}
        email: {type: string, format: email}
        createdAt: {type: string, format: date-time}
        seenAt: {type: integer, format: int64}
        rating: {type: integer, exclusiveMinimum: 1500, maximum: 1600}
        country: {type: string, minLength: 2, maxLength: 2}
        code: {type: string, pattern: '^[A-Z]{2}-[0-9]{4}$'}
        tags: {type: array, minItems: 2, maxItems: 2, items: {type: string, enum: [a, b]}}
        ratio: {type: number, minimum: 0, maximum: 1}
        flag: {type: boolean}
        nothing: {type: "null"}
        leader: {$ref: "#/components/schemas/User"}
        kind: {const: person}
        either: {oneOf: [{type: integer, multipleOf: 5, minimum: 5, maximum: 50}, {type: string, format: uuid}]}
        seldom: {type: string}
        password: {type: string, writeOnly: true}
    Game:
      allOf:
        - {type: object, required: [id], properties: {id: {type: string, format: uuid}}}
        - {type: object, required: [name, score], properties: {name: {type: string}, score: {type: integer}}}
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "game.yaml"
    path.write_text(YAML)
    return path


async def test_an_answer_has_the_shape_of_its_schema_and_the_asked_id(file):
    async with driven(StandIn(Described(file))) as game:
        user = await game.ask("/api/users/812")
        again, other = await game.ask("/api/users/812"), await game.ask("/api/users/813")
        many = [(await game.ask(f"/api/users/{number}")).json for number in range(1, 60)]
    async with driven(StandIn(Described(file), seed=21)) as game:
        reseeded = await game.ask("/api/users/812")

    assert (user.status, user.json["id"], user.json["kind"], user.json["nothing"]) == (200, 812, "person", None)
    assert user.body == again.body
    assert user.body not in (other.body, reseeded.body)
    for one in many:
        assert 3 <= len(one["username"]) <= 12
        assert one["email"].endswith("@example.com")
        assert datetime.fromisoformat(one["createdAt"]).year == 2026
        assert datetime.fromtimestamp(one["seenAt"] / 1000).year == 2026
        assert 1500 < one["rating"] <= 1600
        assert len(one["country"]) == 2
        assert re.fullmatch(r"[A-Z]{2}-\d{4}", one["code"])
        assert len(one["tags"]) == 2
        assert set(one["tags"]) <= {"a", "b"}
        assert 0 <= one["ratio"] <= 1
        assert isinstance(one["flag"], bool)
        assert "password" not in one
        either = one["either"]
        assert (
            re.fullmatch(r"[0-9a-f-]{36}", either) if isinstance(either, str) else 5 <= either <= 50 and not either % 5
        )
    assert {"seldom" in one for one in many} == {True, False}
    assert {type(one["either"]) for one in many} == {int, str}


async def test_parameters_are_checked_and_unknown_ids_are_404_in_the_described_shape(file):
    async with driven(StandIn(Described(file, missing={"404", "nobody"}))) as game:
        missing = await game.ask("/api/users/404")
        text = await game.ask("/api/users/abc")
        below = await game.ask("/api/users/-1")
        me = await game.ask("/api/users/me")
        lacking = await game.ask("/api/games")
        bad = [
            await game.ask(f"/api/games?perf=blitz&{query}") for query in ("page=0", "page=x", "limit=-1", "rated=si")
        ]
        bad.append(await game.ask("/api/games?perf=chess"))
        elsewhere = [await game.ask(path) for path in ("/users/1", "/api/nothing", "/api/users/1/more")]
        method = await game.ask("/api/games?perf=blitz", "DELETE")

    assert (missing.status, missing.json) == (404, {"error": "Not found"})
    assert (text.status, below.status, me.json) == (400, 400, {"me": True})
    assert (lacking.status, lacking.json) == (400, {"error": "perf is missing"})
    assert {one.status for one in bad} == {400}
    assert {one.status for one in elsewhere} == {404}
    assert (method.status, method.headers["Allow"]) == (405, "GET, POST")


async def test_pages_go_on_until_all_rows_were_seen(file):
    async with driven(StandIn(Described(file))) as game:
        pages = [(await game.ask(f"/api/games?perf=blitz&page={number}")).json for number in range(1, 7)]
        (all_at_once,) = [(await game.ask("/api/games?perf=blitz&limit=100")).json]

    assert [len(page["items"]) for page in pages] == [10, 10, 10, 10, 7, 0]
    assert {page["total"] for page in pages} == {ROWS}
    assert [row for page in pages for row in page["items"]] == all_at_once["items"]
    assert len({row["id"] for row in all_at_once["items"]}) == ROWS


async def test_a_post_repeats_what_was_sent_and_refuses_what_lacks(file):
    async with driven(StandIn(Described(file))) as game:
        made = await game.ask("/api/games", "POST", json={"name": "Mine", "more": 1})
        lacking = await game.ask("/api/games", "POST", json={"more": 1})
        other = await game.ask("/api/games", "POST", json=[])
        empty = await game.ask("/api/games", "POST")
        async with game.session.post(f"{game.address}/api/games", data=b"{") as answer:
            broken = answer.status

    assert (made.status, made.json["name"], sorted(made.json)) == (201, "Mine", ["id", "name", "score"])
    assert (lacking.status, lacking.json) == (400, {"error": "The body has no name"})
    assert (other.status, empty.status, broken) == (400, 400, 400)


async def test_lines_texts_and_empty_answers(file):
    async with driven(StandIn(Described(file))) as game:
        feed, text = await game.ask("/api/feed"), await game.ask("/api/games/x.txt")
        gone = await game.ask("/api/games/x.txt", "DELETE")

    rows = [json.loads(line) for line in feed.body.splitlines()]
    assert len(rows) == 5
    assert all(sorted(row) == ["id", "name", "score"] for row in rows)
    assert (text.body, text.headers["Content-Type"]) == (b"1. e4 e5", "text/plain")
    assert (gone.status, gone.body) == (204, b"")


FAULTS: list[tuple[dict[str, Any], int]] = [
    ({"mode": "error", "status": 503}, 503), ({"mode": "rate_limited"}, 429), ({"mode": "html"}, 502),
    ({"mode": "redirect"}, 302), ({"mode": "empty"}, 200), ({"mode": "wrong_types"}, 200),
    ({"mode": "slow", "delay": 0}, 200),
    ({"mode": "odd_row", "row": 0, "field": "id", "value": -1}, 200), ({"mode": "fewer_rows", "row": 0}, 200),
]  # fmt: skip


@pytest.mark.parametrize(("fault", "status"), FAULTS)
async def test_every_fault_spoils_a_described_answer_and_heals(file, fault, status):
    path = "/api/users/5"
    async with driven(StandIn(Described(file), limit=Limit(100))) as game:
        before = await game.ask(path)
        await game.control("faults", json={**fault, "count": 1})
        hit = await game.ask(path, If_None_Match=before.headers["ETag"] if fault["mode"] != "slow" else "")
        after = await game.ask(path, If_None_Match=before.headers["ETag"])
        calls = await game.control("calls", "GET")

    assert hit.status == (304 if fault["mode"] == "fewer_rows" else status), "the answer has no rows"
    assert after.status == 304
    assert calls["calls"]["GET /api/users/{userId}"]["304"] >= 1
    if fault["mode"] == "odd_row":
        assert hit.json["tags"][0] == {"id": -1} or hit.json["tags"][0] == -1


async def test_sources_are_asked_in_their_order(file):
    users = Table("/api/users/{id}", [{"id": 7, "name": "Written"}])
    async with driven(StandIn(users, Described(file))) as first, driven(StandIn(Described(file), users)) as second:
        assert (await first.ask("/api/users/7")).json == {"id": 7, "name": "Written"}
        assert (await second.ask("/api/users/7")).json["kind"] == "person"


def test_json_and_version_3_0_with_nullable_and_boolean_bounds(tmp_path):
    fields = {
        "maybe": {"type": "integer", "nullable": True},
        "above": {"type": "integer", "minimum": 7, "exclusiveMinimum": True, "maximum": 9, "exclusiveMaximum": True},
    }
    schema = {"type": "object", "required": list(fields), "properties": fields}
    document = {
        "openapi": "3.0.3",
        "paths": {"/x/{n}": {"get": {"responses": {"200": {"content": {"application/json": {"schema": schema}}}}}}},
    }
    (tmp_path / "game.json").write_text(json.dumps(document))

    async def ask_all() -> list[Got]:
        async with driven(StandIn(Described(tmp_path / "game.json", below="/v1"))) as game:
            return [await game.ask(f"/v1/x/{number}") for number in range(1, 60)]

    answers = [got.json for got in asyncio.run(ask_all())]

    assert {answer["above"] for answer in answers} == {8}
    assert {answer["maybe"] is None for answer in answers} == {True, False}


GOOD: dict[str, Any] = {
    "openapi": "3.1.0",
    "paths": {"/x": {"get": {"responses": {"200": {"content": {"application/json": {"schema": {}}}}}}}},
}


def changed(place: str, value: Any) -> str:
    document = deepcopy(GOOD)
    node: Any = document
    *above, last = place.split(".")
    for part in above:
        node = node[part.replace("|", "/")]
    node[last.replace("|", "/")] = value
    return json.dumps(document)


SCHEMA = "paths.|x.get.responses.200.content.application|json.schema"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "must be an object"), ("- a\n- b\n", "must be an object"), ("a: [", "neither JSON nor YAML"),
        ("{", "neither"),
        ("\x00", "neither"), ('{"swagger": "2.0", "paths": {}}', "Swagger 2"), ("openapi: 2.9\n", "of version 2.9"),
        (changed("openapi", None), "must be 3.0 or 3.1"), (changed("paths", []), "paths: must be an object"),
        (changed("paths", {}), "has no path"), (changed("paths", {"x": {}}), "paths.x: a path begins with /"),
        (changed("paths", {"/{a": {"get": {}}}), "is no path"),
        (changed("paths", {"/x": {"get": 1}}), "paths./x.get: must be"),
        (changed("paths.|x.get", {}), "responses: must be an object, not null"),
        (changed("paths.|x.get.responses", {"101": {}}), "describes no answer"),
        (changed("paths.|x.get.responses", {"ok": {}}), "responses.ok: is no status"),
        (changed("paths.|x.get.parameters", [{}]), "parameters.0: a parameter needs a name"),
        (changed("paths.|x.get.parameters", {}), "parameters: must be a list, not an object"),
        (changed(SCHEMA, {"$ref": "#/components/schemas/None"}), "'#/components/schemas/None' leads nowhere"),
        (changed(SCHEMA, {"$ref": "https://a.example/b.json"}), "leads to an address"),
        (changed(SCHEMA, {"$ref": "#/" + SCHEMA.replace("|", "~1").replace(".", "/")}), "leads in a circle"),
        (changed(SCHEMA, {"properties": {"a": {"$ref": "#/nowhere"}}, "required": ["a"]}), "leads nowhere"),
        (changed(SCHEMA, {"properties": []}), "properties: must be an object"),
        (changed(SCHEMA, {"required": 5, "type": "object"}), "required: must be a list"),
        (changed(SCHEMA, {"allOf": [{"$ref": "#/" + SCHEMA.replace("|", "~1").replace(".", "/")}]}), "requires itself"),
        (changed(SCHEMA, {"type": "object", "required": ["x"], "properties": {"x": {
            "$ref": "#/" + SCHEMA.replace("|", "~1").replace(".", "/")}}}), "requires itself"),
        (changed(SCHEMA, {"type": "integer", "minimum": "many", "multipleOf": 0}), ""),
        (changed("servers", [{"url": "http://[x"}]), "servers.0.url"),
    ],
)  # fmt: skip
def test_a_file_that_makes_no_sense_is_one_line_that_names_the_place(tmp_path, content, reason):
    path = tmp_path / "game.yaml"
    path.write_text(content)

    if not reason:
        StandIn(Described(path)).make_app()  # a bound that is no number is no bound
        return
    with pytest.raises(Misread) as caught:
        StandIn(Described(path)).make_app()

    assert reason in str(caught.value)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_there_is_one_line(tmp_path):
    with pytest.raises(Misread, match=r"game.yaml cannot be read: No such file"):
        StandIn(Described(tmp_path / "game.yaml")).make_app()


def test_references_lead_to_other_files_and_back(tmp_path):
    get = {"200": {"content": {"application/json": {"schema": {"$ref": "schemas/user.json"}}}}}
    path = {"get": {"responses": get}}
    (tmp_path / "schemas").mkdir()
    (tmp_path / "parts.yaml").write_text(json.dumps({"paths": {"~user~/x": path}}))
    (tmp_path / "schemas" / "user.json").write_text(
        json.dumps({"type": "object", "required": ["team", "rank"], "properties": {
            "team": {"$ref": "../game.yaml#/components/schemas/Team"}, "rank": {"$ref": "#/$defs/rank"}},
            "$defs": {"rank": {"const": 3}}})
    )  # fmt: skip
    document = {
        "openapi": "3.1.0",
        "paths": {"/x": {"$ref": "parts.yaml#/paths/~0user~0~1x"}},
        "components": {"schemas": {"Team": {"const": "red"}}},
    }
    (tmp_path / "game.yaml").write_text(json.dumps(document))

    async def ask() -> Got:
        async with driven(StandIn(Described(tmp_path / "game.yaml"))) as game:
            return await game.ask("/x")

    assert asyncio.run(ask()).json == {"team": "red", "rank": 3}
    (tmp_path / "schemas" / "user.json").unlink()
    with pytest.raises(Misread, match=r"schemas/user.json cannot be read: No such file"):
        StandIn(Described(tmp_path / "game.yaml")).make_app()


@pytest.mark.parametrize(
    "pattern",
    [
        "^[a-zA-Z0-9_-]{3,16}$", r"^\d{4}-\d{2}$", "^(red|blue)#[0-9]+$", r"^(?:v\d+\.)?\d+(\.\d+){1,2}$",
        "^[^a-z]{2}$",
        "^a?b*c+$", r"^\w+@\w+\.com$", "x", ".{5}", r"^[\]\-x]{4}$", "^((a|b)c){2}$", r"^\(\)$",
        "^(?<name>[A-F]{8})$",
    ],
)  # fmt: skip
def test_a_pattern_is_matched(pattern):
    texts = [matching(pattern, Series(Draws(seed), "here").below) for seed in range(30)]

    python = pattern.replace("(?<", "(?P<")
    assert all(text is not None and re.search(python, text) for text in texts)
    assert texts == [matching(pattern, Series(Draws(seed), "here").below) for seed in range(30)]


@pytest.mark.parametrize(
    "pattern", ["(?=a)b", "(a", "[a", r"(a)\1", "a{5,2}", "a{9999}", "*", r"\p{L}", "(?!x)", "a|(", ")"]
)
def test_a_pattern_that_is_not_understood_is_none(pattern):
    assert matching(pattern, Series(Draws(1), "here").below) is None


@given(st.text("ab[](){}|*+?^$\\d-.,12", max_size=12))
def test_any_pattern_is_matched_or_not_understood(pattern):
    text = matching(pattern, Series(Draws(1), "here").below)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        assert text is None or re.search(pattern, text)


async def test_an_operation_without_a_success_gives_what_it_describes(tmp_path):
    (tmp_path / "game.json").write_text(changed("paths.|x.get.responses", {"302": {}, "400": {}}))

    async with driven(StandIn(Described(tmp_path / "game.json"))) as game:
        assert (await game.ask("/x")).status == 302


async def test_the_description_of_guildhall_itself_makes_a_stand_in():
    file = Path(__file__).parents[2] / "docs" / "openapi.json"

    async with driven(StandIn(Described(file))) as game:
        refresh = await game.ask("/api/v1/opendota_proxy/players/7/refresh", "POST")

    assert (refresh.status, refresh.json["account_id"]) == (202, 7)
