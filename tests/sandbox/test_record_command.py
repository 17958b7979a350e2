"""`guildhall sandbox record` against a real server: polite, on one host, and its folder is what a stand-in reads."""

import asyncio
import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from typer.testing import CliRunner, Result

from guildhall.cli.main import app
from guildhall.errors import Misconfigured
from guildhall.sandbox import Recorded, StandIn
from tests.sandbox.driving import Got, driven

JSON = {"Content-Type": "application/json"}


class Api:
    """A server with canned answers: each path's in turn, the last one again and again."""

    def __init__(self) -> None:
        self.answers: dict[str, list[tuple[int, dict[str, str], bytes]]] = {}
        self.asked: list[tuple[float, str, dict[str, str]]] = []
        self.open = self.most_open = 0

    def add(self, path: str, body: Any = b"", status: int = 200, **headers: str) -> None:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        sent = {**JSON, **{name.replace("_", "-"): value for name, value in headers.items()}}
        self.answers.setdefault(path, []).append((status, sent, content))

    def next(self, path: str) -> tuple[int, dict[str, str], bytes]:
        waiting = self.answers.get(path, [(404, JSON, b'{"error": "Not found"}')])
        return waiting.pop(0) if len(waiting) > 1 else waiting[0]

    @property
    def paths(self) -> list[str]:
        return [path for _, path, _ in self.asked]


class Served(NamedTuple):
    api: Api
    address: str


@pytest.fixture
def served() -> Iterator[Served]:
    api = Api()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            api.open += 1
            api.most_open = max(api.most_open, api.open)
            api.asked.append((time.monotonic(), self.path, dict(self.headers.items())))
            status, headers, body = api.next(self.path.partition("?")[0])
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Set-Cookie", "sid=cookie-of-nadja")
            self.end_headers()
            self.wfile.write(body)
            api.open -= 1

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Served(api, f"http://127.0.0.1:{server.server_address[1]}")
    server.shutdown()
    server.server_close()


Record = Callable[..., Result]


@pytest.fixture
def record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Record:
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str, wait: str = "0") -> Result:
        return CliRunner().invoke(app, ["sandbox", "record", "--wait", wait, *arguments])

    return run


def files(folder: str = "recorded") -> dict[str, Any]:
    """The recordings of a folder by the path of their address."""
    found = [json.loads(path.read_text()) for path in sorted(Path(folder).glob("*.json"))]
    return {"/" + one["url"].split("/", 3)[3]: one for one in found}


def refused(result: Result, *words: str) -> None:
    assert isinstance(result.exception, Misconfigured), (result.output, result.exception)
    text = str(result.exception)
    assert "\n" not in text
    assert all(word in text for word in words), text


def test_what_was_recorded_is_played_back_without_the_person(served, record):
    api, address = served
    api.add("/api/user/Nadja", {"username": "Nadja", "rating": 1750, "games": f"{address}/api/games?by=nadja"},
            ETag='"e1"', X_RateLimit_Remaining="58", X_Real_IP="93.184.216.34")  # fmt: skip
    api.add("/api/games", [{"white": {"user": {"name": "nadja"}}}, {"white": None}])
    api.add("/api/user/stranger", {"error": "No such user"}, 404)

    result = record(*(f"{address}/api/{path}" for path in ("user/{Nadja}", "games?by=nadja", "user/stranger")))

    assert result.exit_code == 0, result.output
    assert api.paths == ["/api/user/Nadja", "/api/games?by=nadja", "/api/user/stranger"]
    assert all(asked["User-Agent"].startswith("guildhall-sandbox-record/") for _, _, asked in api.asked)
    assert api.most_open == 1
    written = "".join(path.name + path.read_text() for path in Path("recorded").iterdir())
    assert "nadja" not in written.lower()
    assert "cookie" not in written
    assert "93.184" not in written
    assert "1/3 200" in result.stderr
    assert "Nadja" in result.stdout
    assert "Player1" in result.stdout
    assert "Wrote 3 recordings into recorded" in result.stdout

    async def play() -> tuple[str, list[Got]]:
        async with driven(StandIn(Recorded("recorded"))) as game:
            user = await game.ask("/api/user/Player1")
            games = await game.ask(user.json["games"].removeprefix(game.address))
            return game.address, [user, games, await game.ask("/api/user/anybody")]

    at, (user, games, stranger) = asyncio.run(play())
    assert user.json == {"username": "Player1", "rating": 1750, "games": f"{at}/api/games?by=player1"}
    assert (user.headers["ETag"], user.headers["X-Ratelimit-Remaining"]) == ('"e1"', "58")
    assert games.json[0] == {"white": {"user": {"name": "player1"}}}
    assert (stranger.status, stranger.json) == (404, {"error": "No such user"})


def test_headers_and_parameters_are_sent_and_never_stored(served, record):
    api, address = served
    api.add("/x", {"you": "sent s3cret-one, s3cret-two and s3cret-three", "rating": 1})

    result = record(f"{address}/x?page=1&api_key=s3cret-three", "--header", "Authorization: Bearer s3cret-one",
                    "--query", "appid=s3cret-two", "--user-agent", "mine/1", "--json")  # fmt: skip

    ((_, path, headers),) = api.asked
    assert (headers["Authorization"], headers["User-Agent"]) == ("Bearer s3cret-one", "mine/1")
    assert path == "/x?page=1&api_key=s3cret-three&appid=s3cret-two"
    assert list(files()) == ["/x?page=1"]
    assert "s3cret" not in "".join(path.read_text() for path in Path("recorded").iterdir())
    report = json.loads(result.stdout)
    assert "s3cret" not in result.stdout
    assert [one["kind"] for one in report["replaced"]] == ["token"] * 3
    assert report["recordings"][0]["status"] == 200


def test_it_waits_between_requests_and_as_long_as_it_is_told(served, record):
    api, address = served
    api.add("/limited", {"error": "slow down"}, 429, Retry_After="1")
    api.add("/limited", {"fine": True})
    api.add("/plain", {"error": "no time given"}, 429)

    result = record(f"{address}/limited", f"{address}/plain", wait="0.3")

    times = [at for at, _, _ in api.asked]
    assert api.paths == ["/limited", "/limited", "/plain"]
    assert times[1] - times[0] >= 1
    assert times[2] - times[1] >= 0.3
    assert "asked to wait for 1 s" in result.stderr
    assert (files()["/limited"]["json"], files()["/plain"]["status"]) == ({"fine": True}, 429)


def test_a_longer_wait_than_the_patience_ends_it_with_nothing_written(served, record):
    api, address = served
    api.add("/limited", {}, 503, Retry_After="86400")

    refused(record(f"{address}/limited?api_key=s3cret"), "86400 seconds", "--patience", f"{address}/limited answers")
    assert not Path("recorded").exists()


def test_a_server_that_never_has_time_is_recorded_as_that(served, record):
    api, address = served
    api.add("/limited", {}, 429, Retry_After="0")

    assert record(f"{address}/limited").exit_code == 0
    assert len(api.asked) == 4
    assert files()["/limited"]["headers"]["retry-after"] == "0"


def test_it_follows_redirections_on_the_same_host_alone(served, record):
    api, address = served
    api.add("/old", b"", 301, Location="/new")
    api.add("/new", {"here": 1})
    api.add("/away", b"", 302, Location="http://localhost:1/elsewhere?state=x")
    api.add("/circle", b"", 302, Location="/circle")

    result = record(*(f"{address}/{path}" for path in ("old", "away", "circle")))

    assert result.exit_code == 0, result.exception
    assert api.paths == ["/old", "/away", "/circle", "/new"]
    assert files()["/old"]["headers"]["location"] == "/new"
    assert files()["/away"]["headers"]["location"] == "https://elsewhere.invalid/elsewhere"


def test_recordings_are_overwritten_only_by_force_and_other_files_stay(served, record):
    api, address = served
    api.add("/a", {"n": 1})
    api.add("/b", {"n": 2})
    record(f"{address}/a")
    before = {path.name: path.read_bytes() for path in Path("recorded").iterdir()}
    Path("recorded/notes.json").write_text('{"mine": 1}')

    refused(record(f"{address}/b"), "holds 1 recordings", "--force")
    assert api.paths == ["/a"]
    assert record(f"{address}/a", f"{address}/b", "--force").exit_code == 0
    again = {path.name: path.read_bytes() for path in Path("recorded").iterdir()}

    assert len(again) == 3
    assert again["notes.json"] == b'{"mine": 1}'
    assert before.items() <= again.items(), "the same answers are the same bytes"


def test_an_answer_that_is_too_large_or_late_or_absent_is_one_line(served, record):
    api, address = served
    api.add("/large", b"x" * 5000)

    refused(record(f"{address}/large", "--largest", "0.004"), "more than 4,194 bytes", "--largest")
    refused(record("http://127.0.0.1:1/x?key=s3cret"), "http://127.0.0.1:1/x does not answer")
    assert not Path("recorded").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["lichess.org/api"], "begins with http"), (["ftp://host/x"], "begins with http"), (["http://"], "no address"),
        (["http://[x/"], "no address"), (["http://a.example/x", "http://b.example/y"], "one host"),
        (["http://a.example/x", "https://a.example/x"], "one host"), (["http://me:pw@a.example/x"], "password"),
        (["http://a.example/x", "--header", "Nothing"], "--header must look like"),
        (["http://a.example/x", "--header", "A b: c"], "--header must look like"),
        (["http://a.example/x", "--header", "A: b\nC: d"], "--header must look like"),
        (["http://a.example/x", "--query", "=x"], "--query must look like"),
        (["http://a.example/x", "--user-agent", "a\nb"], "--user-agent"),
        (["http://a.example/x", "--into", "file"], "it is a file"),
        (["http://a.example/x", "--into", "file/below"], "file"),
        (["http://a.example/x", "--into", "x" * 400], "x"),
    ],
)  # fmt: skip
def test_arguments_that_make_no_sense_are_one_line(record, arguments, words):
    Path("file").write_text("")

    refused(record(*arguments), words)


def test_options_are_bounded(record):
    options = ["--wait -1", "--wait 601", "--wait nan", "--patience -1", "--largest 0", "--timeout 0", "--timeout inf"]
    for option in map(str.split, options):
        result = record("http://a.example/x", *option)
        assert result.exit_code == 2, option
    assert record().exit_code == 2
