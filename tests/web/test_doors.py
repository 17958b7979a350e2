"""Every bad value through every door: each field of each operation of the API's own description, and of each row.

New endpoints are walked without a word here.
"""

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from guildhall.core.realtime.operations import Ping, Subscribe, Typing, Unsubscribe
from guildhall.packs.realm.chat.operations import Send
from guildhall.packs.realm.game.schemas import GameEvent, GameMessage, GameRaid, PlayerStats, RaidTick
from guildhall.testing.people import sign_in
from tests.packs.realm.world import make_world

SHARDS = 4
ENDLESS = frozenset({"/api/v1/notifications/stream", "/api/v1/live/events"})
BAD_TIMES = [
    "2026-11-29T05:00:00", "9999-12-31T23:59:59-05:00", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00",
    "infinity", "2026-02-30T00:00:00Z", "+99999-01-01T00:00:00Z", "", 17, True,
]  # fmt: skip
"""Refused wherever a time is taken."""
ODD_TEXTS = [
    "a\u0000b", "a\u0001b", "\u200b", "\u3164", "   ", "", "Jose\u0301", "\u202eabc", "x" * 20_000, "\ufb2c" * 50,
    7, True, msgspec.Raw(b'"\\ud800"'), msgspec.Raw(b'"\\udc00\\ud800"'),
]  # fmt: skip
ODD_NUMBERS = [
    -1, 0, 2**31, 2**63, 2**64, 10**30, 1.5, True, "1", msgspec.Raw(b"NaN"), msgspec.Raw(b"1e400"), msgspec.Raw(b"-0"),
]  # fmt: skip
BAD_IDS = ["x", "", "0" * 31, "g" * 36, "\u0000", 5, 2**70]


def kinds_of(schema: dict[str, Any], all_of: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The schemas that a value may have, references followed."""
    if "$ref" in schema:
        yield from kinds_of(all_of[schema["$ref"].rpartition("/")[2]], all_of)
        return
    for part in (*schema.get("oneOf", ()), *schema.get("anyOf", ()), *schema.get("allOf", ())):
        yield from kinds_of(part, all_of)
    if "type" in schema or "properties" in schema or "enum" in schema or "const" in schema:
        yield schema


def sample(schema: dict[str, Any], all_of: dict[str, Any], depth: int = 0) -> Any:
    """A value that a schema takes, more or less."""
    for kind in kinds_of(schema, all_of):
        if kind.get("examples"):
            found = kind["examples"][0] if isinstance(kind["examples"], list) else None
            if found is not None:
                return found
        if "enum" in kind:
            return kind["enum"][0]
        if "const" in kind:
            return kind["const"]
        type_ = kind.get("type")
        if type_ == "object" or "properties" in kind:
            required = kind.get("required", ())
            return {name: sample(kind["properties"][name], all_of, depth + 1) for name in required} if depth < 5 else {}
        if type_ == "array":
            return [sample(kind["items"], all_of, depth + 1)] if kind.get("minItems") and "items" in kind else []
        if type_ == "integer":
            return max(1, kind.get("minimum", 1))
        if type_ == "string":
            if kind.get("format") == "uuid":
                return "0192f8a4-7c00-7000-8000-000000000001"
            if kind.get("format") == "date-time":
                return "2026-11-29T05:00:00Z"
            return "x" * max(2, kind.get("minLength", 2))
        if type_ in ("number", "boolean"):
            return type_ == "boolean"
    return None


def leaves(schema: dict[str, Any], all_of: dict[str, Any], path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, Any]]:
    """Paths to the fields of a body, with the schema of each."""
    for kind in kinds_of(schema, all_of):
        if kind.get("type") == "object" or "properties" in kind:
            if len(path) < 4:
                for name, field in kind.get("properties", {}).items():
                    yield from leaves(field, all_of, (*path, name))
        elif kind.get("type") == "array" and "items" in kind:
            if len(path) < 4:
                yield from leaves(kind["items"], all_of, (*path, 0))
        else:
            yield path, kind


def bad_values(kind: dict[str, Any]) -> list[Any]:
    """What is tried in the place of a value of a kind."""
    if kind.get("format") in ("date-time", "date"):
        return BAD_TIMES
    if kind.get("format") == "uuid":
        return BAD_IDS
    if kind.get("type") in ("integer", "number"):
        return ODD_NUMBERS
    if kind.get("type") == "boolean":
        return [2, "yes", -1]
    return ODD_TEXTS


def put_in(body: Any, path: tuple[Any, ...], value: Any) -> Any:
    """A body with another value in a place, which is made when it is not there."""
    if not path:
        return value
    if isinstance(path[0], int):
        return [put_in(body[0] if isinstance(body, list) and body else {}, path[1:], value)]
    base = dict(body) if isinstance(body, dict) else {}
    return {**base, path[0]: put_in(base.get(path[0]), path[1:], value)}


class Doors:
    """The operations of a running product, and whoever knocks."""

    def __init__(self, guildhall: Any, world: Any, document: dict[str, Any]) -> None:
        self.guildhall = guildhall
        self.world = world
        self.schemas = document["components"]["schemas"]
        self.document = document
        self.wrong: list[str] = []

    async def somebody(self) -> Any:
        """Who may do nearly everything."""
        person = await sign_in(self.guildhall)
        await self.world.enter(person.id)
        return person.headers

    def address(self, path: str, operation: dict[str, Any]) -> str:
        """The path with ids that exist."""
        for parameter in operation.get("parameters", ()):
            if parameter["in"] == "path":
                known = self.world.known.get(parameter["name"])
                value = known[0] if known else sample(parameter["schema"], self.schemas)
                path = path.replace("{" + parameter["name"] + "}", str(value))
        return path

    async def knock(self, method: str, path: str, operation: dict[str, Any]) -> None:
        """Try every bad value in every query parameter and field of the body of one operation."""
        address, headers = self.address(path, operation), await self.somebody()
        queries = [one for one in operation.get("parameters", ()) if one["in"] == "query"]
        base = {one["name"]: str(sample(one["schema"], self.schemas)) for one in queries if one.get("required")}
        for one in queries:
            for kind in kinds_of(one["schema"], self.schemas):
                for value in bad_values(kind):
                    # A number in a query is an instant too: seconds since 1970.
                    if not isinstance(value, msgspec.Raw) and (
                        isinstance(value, str) or kind.get("format") != "date-time"
                    ):
                        text = str(value)[:3000]
                        await self.ask(method, address, headers, kind, {**base, one["name"]: text}, None, text)
        for media, content in operation.get("requestBody", {}).get("content", {}).items():
            if media != "application/json":
                continue
            good = sample(content["schema"], self.schemas)
            for place, kind in leaves(content["schema"], self.schemas):
                for value in bad_values(kind):
                    await self.ask(method, address, headers, kind, base, put_in(good, place, value), (place, value))

    async def ask(
        self, method: str, address: str, headers: Any, kind: dict[str, Any], query: Any, body: Any, what: Any
    ) -> None:
        """One request: no answer is a bug of ours, and no bad time is taken."""
        options: dict[str, Any] = {"params": query, "headers": dict(headers)}
        if body is not None:
            options["data"] = msgspec.json.encode(body)
            options["headers"]["content-type"] = "application/json"
        answer = await self.guildhall.request(method, address, **options)
        told = f"{method} {address} {what!a:.120} -> {answer.status} {answer.body[:200]!r}"
        if answer.status >= 500 and answer.status != 503:
            self.wrong.append(told)
        elif answer.status >= 400:
            if not answer.headers["content-type"].startswith("application/problem+json"):
                self.wrong.append(told)
        elif kind.get("format") == "date-time" and not self.refuses_rows(answer):
            self.wrong.append(told)

    @staticmethod
    def refuses_rows(answer: Any) -> bool:
        """Whether the answer refuses each row of a batch by itself."""
        said = answer.json if answer.body else None
        outcomes = said.get("outcomes", []) if isinstance(said, dict) else []
        return bool(outcomes) and all(one["outcome"] == "refused" for one in outcomes)


@pytest.mark.slow
@pytest.mark.parametrize("shard", range(SHARDS))
async def test_no_bad_value_is_a_bug_at_any_door(start_guildhall, sandbox, clone, shard):
    guildhall = await start_guildhall(sandbox, dota2={"refresh_cooldown": 0}, identity={"smtp_host": "127.0.0.1"})
    doors = Doors(guildhall, await make_world(clone), (await guildhall.get("/openapi.json")).json)
    operations = [
        (method.upper(), path, operation)
        for path, item in sorted(doors.document["paths"].items())
        for method, operation in sorted(item.items())
        if path not in ENDLESS and isinstance(operation, dict)
    ]
    assert len(operations) > 200

    for method, path, operation in operations[shard::SHARDS]:
        await doors.knock(method, path, operation)

    assert doors.wrong == []


ROWS: dict[str, tuple[type, dict[str, object]]] = {
    "events": (GameEvent, {"key": "k", "kind": "drop", "content": "hi"}),
    "messages": (GameMessage, {"key": "k", "channel_id": None, "content": "hi"}),
    "raids": (GameRaid, {"external_id": "e", "name": "n", "boss_name": "b", "leader_name": "founder"}),
    "raid-ticks": (RaidTick, {"at": None, "external_id": "e"}),
    "player-stats": (PlayerStats, {"at": None, "username": "founder"}),
}


@pytest.mark.parametrize("what", ROWS)
async def test_a_bad_value_in_a_row_of_a_game_server_is_that_rows_fault(guildhall, clone, what):
    world = await make_world(clone)
    person = await sign_in(guildhall)
    await world.enter(person.id)
    type_, good = ROWS[what]
    if "channel_id" in good:
        good = {**good, "channel_id": world.known["channel_id"][0]}
    if "at" in good:
        good = {**good, "at": "2026-11-29T05:00:00Z"}
    schema = msgspec.json.schema(type_)
    lines: list[bytes] = []
    times: list[bool] = []
    for place, kind in leaves(schema, schema["$defs"]):
        for value in bad_values(kind):
            times.append(kind.get("format") == "date-time")
            lines.append(msgspec.json.encode(put_in({**good, "key": f"k{len(lines)}"} if "key" in good else good,
                                                    place, value)))  # fmt: skip
    short = [(line, is_time) for line, is_time in zip(lines, times, strict=True) if len(line) < 10_000]

    answer = await guildhall.post(
        f"/api/v1/realm/game/servers/{world.server_id}/{what}", data=b"\n".join(line for line, _ in short[:190]),
        headers={"content-type": "application/x-ndjson", **person.headers},
    )  # fmt: skip

    assert answer.status == 200, answer.body
    told = answer.json
    assert told["taken"] + told["again"] + told["refused"] == len(short[:190])
    refused = {fault["line"] for fault in told["errors"]}
    for number, (line, is_time) in enumerate(short[:190], 1):
        assert number in refused or not is_time, line


FRAMES = (Subscribe, Unsubscribe, Typing, Ping, Send)


@pytest.mark.parametrize("type_", FRAMES)
async def test_a_bad_value_in_a_frame_is_that_frames_fault(start_guildhall, sandbox, clone, type_):
    guildhall = await start_guildhall(sandbox, realtime={"operations_burst": 10_000})
    world = await make_world(clone)
    person = await sign_in(guildhall)
    await world.enter(person.id)
    channel = world.known["channel_id"][0]
    good = {"op": type_.__struct_config__.tag, "topic": f"realm.channel:{channel}", "channel": channel, "content": "hi"}
    schema = msgspec.json.schema(type_)
    fields = set(schema["$defs"][type_.__name__]["properties"])
    good = {name: one for name, one in good.items() if name in fields}
    frames = [
        msgspec.json.encode(put_in(good, place, value))
        for place, kind in leaves(schema, schema["$defs"])
        if place != ("op",)
        for value in bad_values(kind)
    ]

    for frame in frames:
        async with guildhall.session.ws_connect(f"{guildhall.address}/api/v1/live", headers=person.headers) as socket:
            await socket.receive_json(timeout=10)
            await socket.send_str(frame.decode("utf-8", "surrogatepass"))
            await socket.send_str('{"op": "ping", "ref": "still here"}')
            while True:
                said = await socket.receive_json(timeout=10)
                assert said.get("code") not in ("internal", "value_out_of_range"), (frame[:200], said)
                if said.get("ref") == "still here":
                    break
