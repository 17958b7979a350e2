"""What every answer carries, whatever it is about."""

import asyncio
import gzip
import itertools
import re

import aiohttp
import pytest
import zstandard
from prometheus_client.parser import text_string_to_metric_families

from guildhall.db import migrate
from tests.packs.dota2 import make
from tests.packs.dota2.make import ANALYTICS, PROXY

PLAIN = {"accept-encoding": "identity"}


@pytest.fixture
def path(sandbox):
    return f"{PROXY}/players/{make.ids(sandbox)[0]}"


async def test_a_validator_spares_the_body_in_every_form(guildhall, path):
    first = await guildhall.get(path)
    etag = first.headers["etag"]
    assert etag.startswith('W/"')  # the same for every coding
    etag = etag.removeprefix("W/")
    forms = (etag, f"W/{etag}", f'"other", {etag}', f'"other",W/{etag}', "*")

    for form in forms:
        answer = await guildhall.get(path, headers={"if-none-match": form})
        assert (answer.status, answer.body) == (304, b""), form
        assert answer.headers["etag"] == f"W/{etag}"
        assert answer.headers["cache-control"] == first.headers["cache-control"]
        assert "age" in answer.headers
        assert "content-type" not in answer.headers
    for form in ('"other"', 'W/"other"', etag.strip('"'), ""):
        answer = await guildhall.get(path, headers={"if-none-match": form})
        assert (answer.status, answer.body) == (200, first.body), form


async def test_no_two_codings_share_a_strong_validator(guildhall, path):
    await guildhall.get(path)
    targets = (path, "/docs/assets/swagger-ui.css", "/docs/assets/swagger-ui-bundle.js", "/openapi.json")
    async with aiohttp.ClientSession(guildhall.address, auto_decompress=False) as session:
        for target, method in itertools.product(targets, ("GET", "HEAD")):
            seen = set()
            for coding in ("identity", "gzip", "zstd"):
                async with session.request(method, target, headers={"accept-encoding": coding}) as answer:
                    await answer.read()
                    assert answer.status == 200
                    assert answer.headers.getall("vary") == ["accept-encoding"], (method, target, coding)
                    seen.add(answer.headers.get("etag"))
            assert len(seen) == 1, (target, seen)
            assert all(etag is None or etag.startswith('W/"') for etag in seen), (method, target, seen)


async def test_a_write_for_one_version_is_not_made_to_any(guildhall, path):
    etag = (await guildhall.get(path)).headers["etag"]
    for form in (etag, etag.removeprefix("W/"), '"other"', ""):
        for method, target in (("GET", path), ("HEAD", path), ("POST", f"{path}/refresh")):
            answer = await guildhall.request(method, target, headers={"if-match": form})
            assert answer.status == 412, (form, method)
    assert (await guildhall.get(path, headers={"if-match": '"other"'})).code == "precondition_failed"
    assert (await guildhall.get(path, headers={"if-match": "*"})).status == 200


async def test_a_validator_works_on_the_way_through_the_tiers_too(start_guildhall, sandbox, path):
    first = await (await start_guildhall(sandbox)).get(path)
    other = await start_guildhall(sandbox)

    answer = await other.get(path, headers={"if-none-match": first.headers["etag"]})

    assert answer.status == 304


async def test_every_coding_says_the_same(guildhall, sandbox, path):
    path = f"{path}/matches?limit=100"
    await guildhall.get(path)
    async with aiohttp.ClientSession(auto_decompress=False) as session:

        async def raw(accept: str) -> tuple[str | None, bytes]:
            async with session.get(guildhall.address + path, headers={"accept-encoding": accept}) as answer:
                assert answer.headers["vary"].lower() == "accept-encoding"
                return answer.headers.get("content-encoding"), await answer.read()

        plain = await raw("identity")
        zipped = await raw("gzip")
        zstd = await raw("gzip, zstd")
        refused = await raw("gzip;q=0, br")

    assert plain[0] is None
    assert refused == plain
    assert (zipped[0], gzip.decompress(zipped[1])) == ("gzip", plain[1])
    assert (zstd[0], zstandard.ZstdDecompressor().decompressobj().decompress(zstd[1])) == ("zstd", plain[1])
    assert len(zstd[1]) < len(plain[1]) / 3


async def test_head_is_get_without_the_body(guildhall, path):
    for target in (path, f"{PROXY}/players/7", f"{PROXY}/players/x", "/healthz", "/docs", "/nowhere", "/openapi.json"):
        cold = await guildhall.request("HEAD", target, headers=PLAIN)
        got = await guildhall.get(target, headers=PLAIN)
        warm = await guildhall.request("HEAD", target, headers=PLAIN)
        for answer in (cold, warm):
            assert (answer.status, answer.body) == (got.status, b"")
            assert answer.headers["content-type"] == got.headers["content-type"]
            assert int(answer.headers["content-length"]) == len(got.body)
            assert answer.headers.get("etag") == got.headers.get("etag")
    assert (await guildhall.request("HEAD", f"{path}/refresh")).status == 405


async def test_every_answer_is_hardened_and_has_an_id(guildhall, path):
    seen = set()
    for method, target in (
        ("GET", path), ("GET", path), ("HEAD", path), ("GET", "/nowhere"), ("GET", f"{PROXY}/players/0"),
        ("DELETE", path), ("OPTIONS", path), ("POST", f"{path}/refresh"), ("GET", "/docs"), ("GET", "/metrics"),
        ("GET", "/docs/assets/swagger-ui.css"),
    ):  # fmt: skip
        answer = await guildhall.request(method, target)
        assert answer.headers["x-content-type-options"] == "nosniff", target
        assert answer.headers["x-frame-options"] == "DENY"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        seen.add(answer.headers["x-request-id"])
        if answer.status >= 400 and method != "HEAD":
            assert answer.json["instance"] == f"urn:request:{answer.headers['x-request-id']}"
    assert len(seen) == 11


async def test_a_clients_request_id_is_taken_over_when_it_is_one(guildhall, path):
    taken = await guildhall.get(path, headers={"x-request-id": "client-7.abc_DEF"})
    assert taken.headers["x-request-id"] == "client-7.abc_DEF"
    for odd in ("short", "x" * 65, "has space", "inj<script>ected"):
        answer = await guildhall.get(path, headers={"x-request-id": odd})
        assert answer.headers["x-request-id"] != odd


async def test_what_is_not_there_or_not_allowed_is_a_problem(guildhall, path):
    nowhere = await guildhall.get("/api/v1/nothing")
    asset = await guildhall.get("/docs/assets/nothing.js")
    wrong = await guildhall.request("DELETE", path)
    get_only = await guildhall.post("/healthz")
    post_only = await guildhall.get(f"{path}/refresh")

    assert [(a.status, a.code) for a in (nowhere, asset)] == [(404, "not_found")] * 2
    assert [(a.status, a.code) for a in (wrong, get_only, post_only)] == [(405, "method_not_allowed")] * 3
    assert {"GET", "HEAD"} <= set(wrong.headers["allow"].split(", "))
    assert "POST" in post_only.headers["allow"].split(", ")
    for answer in (nowhere, wrong):
        assert answer.headers["cache-control"] == "no-store"
        assert {"type", "title", "status", "detail", "instance", "code"} <= answer.json.keys()


async def test_a_body_that_is_too_large_is_a_413(start_guildhall, sandbox, path):
    guildhall = await start_guildhall(sandbox, web={"body_kb": 1})

    async def chunks():
        for _ in range(3):
            yield b"x" * 600

    declared = await guildhall.post(f"{path}/refresh", data=b"x" * 1001)
    negative = await guildhall.post(f"{path}/refresh", data=b"x" * 1000)

    assert (declared.status, declared.code) == (413, "too_large")
    assert negative.status == 202


async def test_a_client_that_asks_too_often_is_told_when_to_come_back(start_guildhall, sandbox, path):
    guildhall = await start_guildhall(sandbox, web={"rate_per_minute": 60, "rate_burst": 3})

    answers = [await guildhall.get(path) for _ in range(4)]
    health = await guildhall.get("/healthz")

    assert [answer.status for answer in answers] == [200, 200, 200, 429]
    assert [re.findall(r"r=(\d+)", answer.headers["ratelimit"])[0] for answer in answers] == ["2", "1", "0", "0"]
    assert answers[0].headers["ratelimit-policy"] == '"default";q=3;w=3'
    assert answers[3].code == "rate_limited"
    assert answers[3].headers["retry-after"] == "1"
    assert (health.status, "ratelimit" in health.headers) == (200, False)


@pytest.mark.parametrize("rest", ["", "/matches"])
async def test_an_answer_that_takes_too_long_is_a_503(start_guildhall, sandbox, path, rest):
    guildhall = await start_guildhall(sandbox, web={"request_seconds": 0.2}, dota2={"deadline_seconds": 2})
    make.fault(sandbox, "hang")

    answer = await guildhall.get(path + rest)

    assert (answer.status, answer.code) == (503, "timed_out")
    assert int(answer.headers["retry-after"]) > 0


async def test_other_origins_may_read_when_they_are_named(start_guildhall, sandbox, path):
    guildhall = await start_guildhall(sandbox, web={"cors_origins": ["https://app.example"]})
    ours, theirs = {"origin": "https://app.example"}, {"origin": "https://evil.example"}

    warm = [await guildhall.get(path, headers=ours) for _ in range(2)]
    refused = await guildhall.get(path, headers=theirs)
    error = await guildhall.get("/nowhere", headers=ours)
    preflight = await guildhall.request("OPTIONS", path, headers={**ours, "access-control-request-method": "GET"})

    for answer in (*warm, error, preflight):
        assert answer.headers["access-control-allow-origin"] == "https://app.example"
        assert "origin" in ", ".join(answer.headers.getall("vary")).lower()
    assert "age" in warm[0].headers["access-control-expose-headers"]
    assert preflight.status == 204
    assert "access-control-allow-origin" not in refused.headers


async def test_options_names_every_method_of_a_path(guildhall):
    answer = await guildhall.request("OPTIONS", "/api/v1/me/settings")

    assert (answer.status, answer.headers["allow"], answer.body) == (204, "GET, OPTIONS, PATCH", b"")


async def test_nobody_may_read_across_origins_unless_configured(guildhall, path):
    answer = await guildhall.get(path, headers={"origin": "https://app.example"})

    assert not [name for name in answer.headers if name.lower().startswith("access-control")]


async def test_the_documentation_works_without_a_network(guildhall):
    root = await guildhall.get("/")
    page = await guildhall.get("/docs")

    assert (root.status, root.headers["location"]) == (302, "/docs")
    assert page.headers["content-type"].startswith("text/html")
    text = page.body.decode()
    assert "://" not in text
    linked = re.findall(r'(?:src|href)="(/[^"]+)"', text)
    assert len(linked) == 3
    for target in linked:
        answer = await guildhall.get(target)
        assert answer.status == 200, target
        assert answer.body
    start = (await guildhall.get("/docs/start.js")).body.decode()
    (schema,) = re.findall(r'url: "([^"]+)"', start)
    assert (await guildhall.get(schema)).json["openapi"].startswith("3.1")


async def test_the_metrics_can_be_read_and_have_counted(guildhall, path):
    await guildhall.get(path)
    await guildhall.get(path)
    await guildhall.get("/nowhere")

    answer = await guildhall.get("/metrics")

    assert answer.headers["content-type"].startswith("text/plain; version=")
    assert answer.headers["content-type"].count("charset") == 1
    families = {family.name: family for family in text_string_to_metric_families(answer.body.decode())}
    requests = {tuple(s.labels.values()): s.value for s in families["guildhall_requests"].samples}
    assert requests["GET", "unknown", "404"] == 1
    lookups = {tuple(s.labels.values()): s.value for s in families["guildhall_cache_lookups"].samples}
    assert lookups["player_profile", "hit", "source"] == 1
    assert families["guildhall_cache_memory_entries"].samples[0].value >= 1
    assert {"guildhall_request_seconds", "guildhall_upstream_calls", "guildhall_pool_connections_size",
            "process_resident_memory_bytes"} <= families.keys()  # fmt: skip


async def test_the_metrics_may_want_a_token(start_guildhall, sandbox):
    guildhall = await start_guildhall(sandbox, web={"metrics_token": "s3cret"})

    without = await guildhall.get("/metrics")
    wrong = await guildhall.get("/metrics", headers={"authorization": "Bearer s3cre"})
    right = await guildhall.get("/metrics", headers={"authorization": "Bearer s3cret"})

    assert [answer.status for answer in (without, wrong, right)] == [401, 401, 200]
    assert without.code == "metrics_token_required"


async def test_readiness_wants_a_worker(guildhall, sandbox, start_worker):
    before = await guildhall.get("/readyz")
    worker = await start_worker(sandbox)
    async with asyncio.timeout(10):
        while (after := await guildhall.get("/readyz")).status != 200:  # noqa: ASYNC110 (asked over HTTP)
            await asyncio.sleep(0.05)

    assert before.status == 503
    assert before.json["checks"]["worker"] == "no worker has been seen"
    assert after.json == {
        "status": "ok",
        "checks": {"database": "ok", "migrations": "ok", "clock": "ok", "packs": "ok", "worker": "ok"},
    }
    assert worker.task.done() is False
    assert (await guildhall.get("/healthz")).json == {"status": "ok"}


async def test_readiness_sees_a_missing_migration(start_guildhall, sandbox, clone):
    guildhall = await start_guildhall(sandbox, web={"require_worker": False})
    ready = await guildhall.get("/readyz")

    await migrate.downgrade(clone, guildhall.runtime.configuration.branches, "dota2@-1")
    answer = await guildhall.get("/readyz")

    assert ready.status == 200
    assert answer.status == 503
    assert answer.json["checks"]["migrations"].startswith("pending: dota2_")
    assert (await guildhall.get("/healthz")).status == 200


async def test_the_leaderboard_of_nobody_is_an_empty_page(guildhall):
    answer = await guildhall.get(f"{ANALYTICS}/leaderboards")

    assert answer.json == {"items": [], "next": None}
