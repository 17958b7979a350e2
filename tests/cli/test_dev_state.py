"""Commands beside `guildhall dev` use its packs, and its stand-ins while they run."""

import json
import os
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from guildhall.cli.dev_state import DevState, note, noted
from guildhall.cli.session import CommandSession

LED = {"GUILDHALL_DOTA2_OPENDOTA_URL": "http://127.0.0.1:1/opendota"}


class _Sandbox(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps({"environment": LED}).encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def sandbox() -> Iterator[str]:
    """The address of a sandbox that runs."""
    with HTTPServer(("127.0.0.1", 0), _Sandbox) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home folder of the test's own, in a folder without `.env`."""
    before = dict(os.environ)
    for name in before:
        if name.startswith("GUILDHALL_"):
            del os.environ[name]
    monkeypatch.chdir(tmp_path)
    yield tmp_path / ".guildhall"
    os.environ.clear()
    os.environ.update(before)


def test_a_command_uses_the_packs_and_the_stand_ins_while_dev_runs(home: Path, sandbox: str):
    with noted(home, ["dota2"], sandbox):
        session = CommandSession()
        assert session.main.packs == ["dota2"]
        assert [one.name for one in session.configuration.packs] == ["dota2"]
        assert os.environ["GUILDHALL_DOTA2_OPENDOTA_URL"] == "http://127.0.0.1:1/opendota"


def test_afterwards_it_uses_the_packs_alone(home: Path, sandbox: str):
    with noted(home, ["dota2"], sandbox):
        pass

    assert CommandSession().main.packs == ["dota2"]
    assert "GUILDHALL_DOTA2_OPENDOTA_URL" not in os.environ


def test_what_somebody_has_set_is_left_as_it_is(home: Path, sandbox: str):
    os.environ |= {"GUILDHALL_PACKS": '["eve"]', "GUILDHALL_DOTA2_OPENDOTA_URL": "http://127.0.0.1:2"}
    with noted(home, ["dota2"], sandbox):
        assert CommandSession().main.packs == ["eve"]
        assert os.environ["GUILDHALL_DOTA2_OPENDOTA_URL"] == "http://127.0.0.1:2"


def test_packs_of_the_folders_env_file_are_left_too(home: Path):
    note(home, DevState(["dota2"]))
    Path(".env").write_text("GUILDHALL_PACKS='[\"realm\"]'\n")

    assert CommandSession().main.packs == ["realm"]


def test_stand_ins_that_were_killed_are_not_missed(home: Path):
    note(home, DevState(["dota2"], "http://127.0.0.1:1"))

    assert CommandSession().main.packs == ["dota2"]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"packs": 3}'])
def test_a_broken_note_is_none(home: Path, text: str):
    home.mkdir()
    (home / "dev.json").write_text(text)

    assert CommandSession().main.packs is None


def test_production_has_no_note(home: Path):
    note(home, DevState(["dota2"]))
    os.environ["GUILDHALL_ENVIRONMENT"] = "production"

    assert CommandSession().main.packs is None
