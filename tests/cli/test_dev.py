"""`guildhall dev`: a pack is served again after every change, and an error is told in the terminal and the browser."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

import psutil
import pytest

from guildhall.cli.watching import state_of, wait_for_change
from tests.boot.installed import Installed

HTML = {"Accept": "text/html,*/*"}
PYPROJECT = """
[project]
name = "guildhall-whole"

[project.entry-points."guildhall.packs"]
whole = "guildhall_whole.pack:PACK"
"""


def ask(address: str, **headers: str) -> tuple[int, str]:
    """Status and text; 0 while nobody listens."""
    try:
        with urllib.request.urlopen(urllib.request.Request(address, headers=headers), timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()
    except OSError:
        return 0, ""


def until(holds, patience: float = 60.0) -> None:
    """Return when something has become true."""
    deadline = time.monotonic() + patience
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def start(folder: Path, port: int, environment: dict[str, str]) -> "subprocess.Popen[str]":
    """Start `guildhall dev` in a folder."""
    return subprocess.Popen(
        [sys.executable, "-m", "guildhall.cli", "dev", "--port", str(port)], cwd=folder, env=environment,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip


@pytest.mark.slow
async def test_a_pack_is_served_anew_after_each_change_and_an_error_is_told(tmp_path: Path, clone: str):
    installed = Installed(tmp_path)
    installed.add("whole")
    (tmp_path / "pyproject.toml").write_text(PYPROJECT)
    web = tmp_path / "guildhall_whole" / "web.py"
    good = web.read_text()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GUILDHALL_", "COV_"))}
    environment = {
        **kept, "PYTHONPATH": str(tmp_path), "GUILDHALL_DATABASE_URL": clone, "GUILDHALL_HOME": str(tmp_path / "home"),
        "COLUMNS": "200",
    }  # fmt: skip
    process = start(tmp_path, port, environment)
    said: list[str] = []
    reader = threading.Thread(target=lambda: said.extend(process.stdout or ()), daemon=True)
    reader.start()
    hello = f"http://127.0.0.1:{port}/api/v1/whole/hello"
    children: list[psutil.Process] = []
    try:
        until(lambda: ask(hello) == (200, '{"hello":"whole"}') or process.poll() is not None)

        told = json.loads((tmp_path / "home" / "dev.json").read_text())
        assert told["packs"] == ["whole"]
        assert ask(told["sandbox"])[0] == 200

        web.write_text(good + "\nthis is no Python\n")
        until(lambda: ask(hello, **HTML)[0] == 503)
        page = ask(hello, **HTML)[1]
        problem = json.loads(ask(hello)[1])
        assert "SyntaxError" in page
        assert "<mark>" in page
        assert "guildhall_whole/web.py:" in problem["detail"]
        assert process.poll() is None

        web.write_text(good.replace("return", "_ = 1 / 0\n    return"))
        until(lambda: ask(hello)[0] == 500)
        line = good[: good.index("return")].count("\n") + 1
        assert f"guildhall_whole/web.py:{line}" in json.loads(ask(hello)[1])["detail"]
        assert f"guildhall_whole/web.py:{line}" in ask(hello, **HTML)[1]

        web.write_text(good.replace('"whole"}', '"again"}'))
        until(lambda: ask(hello) == (200, '{"hello":"again"}'))
        children = psutil.Process(process.pid).children(recursive=True)
    finally:
        process.send_signal(signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(30)
        process.kill()
        reader.join(5)
        if process.stdout is not None:
            process.stdout.close()

    assert json.loads((tmp_path / "home" / "dev.json").read_text()) == {"packs": ["whole"], "sandbox": None}
    text = "".join(said)
    assert process.returncode == 0, text
    assert "SyntaxError" in text
    assert "Traceback" not in text
    assert "Changed: guildhall_whole/web.py" in text
    assert len(children) >= 2
    assert [one for one in children if one.is_running() and one.status() != psutil.STATUS_ZOMBIE] == []


def test_a_change_is_seen_once_it_is_complete(tmp_path: Path):
    (tmp_path / "a.py").write_text("1")
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / "b.py").write_text("1")
    before = state_of(tmp_path)

    assert list(before) == [str(tmp_path / "a.py")]
    (tmp_path / "a.py").write_text("12")
    (tmp_path / "c.sql").write_text("1")
    (tmp_path / ".venv" / "b.py").write_text("12")
    assert wait_for_change(tmp_path, before, lambda: False) == [str(tmp_path / "a.py"), str(tmp_path / "c.sql")]
    assert wait_for_change(tmp_path, state_of(tmp_path), lambda: True) == []


def test_dev_refuses_a_pack_that_is_not_installed(tmp_path: Path):
    (tmp_path / "pyproject.toml").write_text(PYPROJECT.replace("whole", "nowhere"))

    refused = subprocess.run(
        [sys.executable, "-m", "guildhall.cli", "dev"], cwd=tmp_path, capture_output=True, text=True, check=False,
        env={name: value for name, value in os.environ.items() if not name.startswith("GUILDHALL_")},
    )  # fmt: skip

    words = "guildhall: The pack 'nowhere' is not installed here: run `pip install -e .` first.\n"
    assert (refused.returncode, refused.stderr) == (2, words)
