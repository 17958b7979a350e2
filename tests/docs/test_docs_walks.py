"""The walks of the documents, typed as they stand: on a demo from nothing, which then starts again."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import psutil
import pytest

from tests.cli.test_cli import Shell, free_port

ROOT = Path(__file__).parents[2]
PROGRAM = f"{sys.executable} -m guildhall.cli"
WALKS = ("README.md", "docs/eve.md", "docs/realm.md", "docs/live.md", "docs/poe2-walk.md")
_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}"
_REFUSED = re.compile(r"# (?:401|exit status 1)$", re.MULTILINE)
"""The end of a line that is refused, as the document says."""
HEAD = """
set -o pipefail
trap 'echo "$BASH_COMMAND" >> failures' ERR
curl() { command curl --max-time 20 --fail-with-body "$@"; }
"""


class Demo(NamedTuple):
    """A running demo: what it printed, and what stands for the addresses and tokens of the documents."""

    shell: Shell
    folder: Path
    shown: str
    instead: dict[str, str]

    def typed(self, text: str) -> str:
        """A text of a document as it is typed here."""
        for written, here in self.instead.items():
            text = text.replace(written, here)
        return text


def script(document: str) -> str:
    """All shell commands of a document, in their order."""
    lines: list[str] = []
    for language, block in _BLOCK.findall((ROOT / document).read_text()):
        if language == "sh":
            lines += block.splitlines()
        elif language == "console":
            lines += [line[2:] for line in block.splitlines() if line.startswith("$ ")]
    text = "\n".join(lines)
    text = re.sub(r"^make .*$", "", text, flags=re.MULTILINE)
    text = re.sub(r"^pip .*$", "", text, flags=re.MULTILINE)
    text = re.sub(r"^\S*guildhall (?:db upgrade|serve)$", "", text, flags=re.MULTILINE)
    text = re.sub(r"^(\S*guildhall serve --role web .*)$", r"\1 > second.log 2>&1 & sleep 5", text, flags=re.MULTILINE)
    # Where the server is on a port of this test's, the client does not find it by itself.
    text = re.sub(r"^(.*realm chat (?!.*--url).*)$", r"\1 --url http://127.0.0.1:8000", text, flags=re.MULTILINE)
    # The terminal client needs a terminal; by lines it ends with its input.
    text = re.sub(r"^(.*realm chat (?!--plain).*)$", r"\1 --plain < /dev/null", text, flags=re.MULTILINE)
    return re.sub(r"curl -N (.*)$", r"timeout 3 curl -N \1 || true", text, flags=re.MULTILINE)


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    """The demo, from nothing."""
    with tempfile.TemporaryDirectory(prefix="gh-walk-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        web, sandbox, second = free_port(), free_port(), free_port()
        shell = Shell(folder, identity_sandbox_smtp_port="0")
        process = shell.start("demo", "--port", str(web), "--sandbox-port", str(sandbox))
        assert process.stdout is not None
        lines: list[str] = []
        for line in process.stdout:
            lines.append(line)
            if "GUILDHALL_TOKEN=" in line and sum("GUILDHALL_TOKEN=" in one for one in lines) == 2:
                break
        shown = "".join(lines)
        rest = threading.Thread(target=process.stdout.read, daemon=True)
        rest.start()
        children = psutil.Process(process.pid).children(recursive=True)
        try:
            thalia, brom = re.findall(r"GUILDHALL_TOKEN=(gh_\S+)", shown)
            pilot = re.findall(r"Bearer (gh_\S+)'", shown)[0]
            server = re.findall(rf"/servers/({_UUID})/", shown)[0]
            instead = {
                "THALIA=gh_… BROM=gh_…": f"THALIA={thalia} BROM={brom}",
                "GUILDHALL_TOKEN=gh_…": f"GUILDHALL_TOKEN={thalia}",
                "Bearer gh_…": f"Bearer {pilot}",
                "127.0.0.1:8000": f"127.0.0.1:{web}", "127.0.0.1:8090": f"127.0.0.1:{sandbox}",
                "127.0.0.1:8001": f"127.0.0.1:{second}", "--port 8001": f"--port {second}",
                "01a21864-75e3-758d-b531-c1d3a0a62b8a": server,
                ".venv/bin/guildhall": PROGRAM,
            }  # fmt: skip
            yield Demo(shell, folder, shown, instead)
        finally:
            process.send_signal(signal.SIGINT)
            rest.join(60)
            process.stdout.close()
            assert process.wait(60) in (0, 130)
            _, alive = psutil.wait_procs(children, timeout=20)
            assert alive == []
        again = shell.run("demo", "--once", "--port", str(web))
        assert (again.returncode, "Traceback" in again.stdout + again.stderr) == (0, False), again.stdout + again.stderr
        assert re.findall(r"GUILDHALL_TOKEN=(gh_\S+)", again.stdout) == [thalia, brom], "tokens outlive a start"


@pytest.mark.slow
def test_a_demo_begins_without_a_failed_job(demo):
    assert json.loads(demo.shell.run("jobs", "list", "--status", "failed", "--json").stdout) == []


@pytest.mark.slow
@pytest.mark.parametrize("document", WALKS)
def test_a_walk_goes_as_it_is_written(demo, document):
    folder = demo.folder / Path(document).stem
    folder.mkdir(mode=0o755)
    text = script(document)
    if document == "docs/live.md":
        token = re.findall(r"GUILDHALL_TOKEN=(gh_\S+)", demo.shown)[0]
        text = text.replace("Bearer gh_…", f"Bearer {token}")
    path = folder / "walk.sh"
    path.write_text(HEAD + demo.typed(text) + "\n{ kill $(jobs -p) && wait; } 2> /dev/null || true\n")

    done = subprocess.run(
        ["bash", str(path)], cwd=folder, env=demo.shell.environment, text=True, capture_output=True, timeout=480,
        check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip

    failures = (folder / "failures").read_text().splitlines() if (folder / "failures").exists() else []
    said = f"{failures}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    assert len(failures) == len(_REFUSED.findall(text)), said
    assert "Traceback" not in done.stdout + done.stderr, said
    assert "unbound variable" not in done.stderr, said


def client(language: str, number: int) -> str:
    """A block of docs/live.md."""
    found = [block for kind, block in _BLOCK.findall((ROOT / "docs" / "live.md").read_text()) if kind == language]
    return str(found[number])


def converse(demo: Demo, folder: Path, *command: str) -> str:
    """Run a client, say something, and give what it showed until that came back."""
    token = re.findall(r"GUILDHALL_TOKEN=(gh_\S+)", demo.shown)[1]
    server = re.findall(rf"/servers/({_UUID})/", demo.shown)[0]
    listed = subprocess.run(
        ["curl", "-s", "-H", f"Authorization: Bearer {token}",
         demo.typed(f"http://127.0.0.1:8000/api/v1/realm/servers/{server}/channels")],
        capture_output=True, check=True,
    )  # fmt: skip
    (channel,) = [one["id"] for one in json.loads(listed.stdout)["items"] if one["name"] == "general"]
    environment = {**os.environ, "GUILDHALL_TOKEN": token, "CHANNEL": channel}
    words = f"{command[0]} is here"
    with subprocess.Popen(
        command, cwd=folder, env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(f"{words}\n")
        process.stdin.flush()
        timer = threading.Timer(30, process.kill)
        timer.start()
        shown = ""
        for line in process.stdout:
            shown += line
            if words in line:
                break
        timer.cancel()
        process.kill()
    return shown


@pytest.mark.slow
def test_the_client_in_python_converses(demo, tmp_path):
    (tmp_path / "client.py").write_text(demo.typed(client("python", 0)))

    assert re.search(r"^<Brom> .*is here$", converse(demo, tmp_path, sys.executable, "client.py"), re.MULTILINE)


@pytest.mark.slow
def test_the_client_in_javascript_converses_and_its_part_for_pages_imports_nothing(demo, tmp_path):
    library, node = client("js", 0), client("js", 1)
    assert "import " not in library
    assert "node:" not in client("html", 0)
    (tmp_path / "live.js").write_text(library)
    (tmp_path / "main.js").write_text(demo.typed(node))
    (tmp_path / "package.json").write_text('{"type": "module"}')
    program = shutil.which("node")
    if program is None:
        pytest.skip("there is no node on this machine")
    version = int(subprocess.run([program, "-p", "process.versions.node"], capture_output=True, text=True, check=True)
                  .stdout.partition(".")[0])  # fmt: skip
    flags = ["--experimental-websocket"] if version < 22 else []

    shown = converse(demo, tmp_path, program, *flags, "main.js")

    assert re.search(r"^<Brom> .*is here$", shown, re.MULTILINE), shown
