"""What the documents say is there: files, names, links, settings, commands, addresses, tables."""

import ast
import re
import subprocess
import sys
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import msgspec
import pytest
import typer
from pydantic_settings import BaseSettings

from guildhall.boot.documents import environment_example, settings_document
from guildhall.boot.features import FEATURES
from guildhall.boot.packs import BUILT_IN
from guildhall.boot.settings import Settings
from guildhall.cli.lazy import LazyGroup
from guildhall.cli.main import app
from guildhall.core.cache.settings import CacheSettings
from guildhall.core.jobs.settings import JobsSettings
from guildhall.packs import dota2
from guildhall.packs.dota2.demo import DEMO
from guildhall.packs.dota2.sandbox import SandboxOptions, player_ids
from guildhall.packs.dota2.settings import Dota2Settings
from guildhall.packs.eve.mails.schemas import views as mail_views
from guildhall.packs.eve.overview import schemas as overview_schemas
from guildhall.packs.eve.skills import rules as skill_rules
from guildhall.web.settings import WebSettings

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
WRITTEN = [path for path in DOCUMENTS if path.name not in ("settings.md", "benchmarks.md")]
SETTINGS: list[type[BaseSettings]] = [
    Settings,
    WebSettings,
    CacheSettings,
    JobsSettings,
    *(one.settings.load() for one in (*FEATURES, *BUILT_IN)),
]
OPERATIONS = sorted((ROOT / "docs" / "operations").glob("*.md"))
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_CODE = re.compile(r"`((?:src|tests|bench|docs)/[\w./-]+?)(?::([A-Za-z_][\w.]*))?`")
_VARIABLE = re.compile(r"GUILDHALL_[A-Z0-9_]*[A-Z0-9]")
_ELSEWHERE = (
    "GUILDHALL_GW2_",
    "GUILDHALL_KEYED_",
    "GUILDHALL_TETRA",
    "GUILDHALL_TOKEN",
    "GUILDHALL_LICHESS",
    "GUILDHALL_ARENA",
    "GUILDHALL_QUILL",
)
_PACKS_ELSEWHERE = ("tetra", "lichess", "arena", "quill")
"""Variables of the packs that the documents build, and of the terminal client, which has no settings."""

each_document = pytest.mark.parametrize("document", WRITTEN, ids=lambda path: str(path.relative_to(ROOT)))


def prose(document: Path) -> str:
    """A document without its blocks of code, whose brackets are no links."""
    return re.sub(r"^```.*?^```", "", document.read_text(), flags=re.MULTILINE | re.DOTALL)


@cache
def anchors(document: Path) -> set[str]:
    """The fragments that lead to a document's headings."""
    titles = re.findall(r"^#+ (.+)$", prose(document), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@cache
def names(path: Path) -> set[str]:
    """What a module defines: functions, classes, values, and `Class.member`."""
    found: set[str] = set()

    def walk(body: list[ast.stmt], prefix: str) -> None:
        for node in body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                found.add(prefix + node.name)
            if isinstance(node, ast.ClassDef):
                walk(node.body, f"{prefix}{node.name}.")
            targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
            found.update(prefix + target.id for target in targets if isinstance(target, ast.Name))

    walk(ast.parse(path.read_text()).body, "")
    return found


@cache
def openapi() -> Any:
    """The API's description as it is published."""
    return msgspec.json.decode((ROOT / "docs" / "openapi.json").read_bytes())


def operations(page: str) -> str:
    """A page for operators."""
    return (ROOT / "docs" / "operations" / page).read_text()


def matches_a_path(path: str, method: str) -> bool:
    """Whether the API has the path, its parameters filled in."""
    for template, item in openapi()["paths"].items():
        pattern = re.sub(r"\\\{[^}]*\\\}", "[^/]+", re.escape(template))
        if re.fullmatch(pattern, path) and method in item:
            return True
    return path in ("/docs", "/metrics", "/readyz", "/healthz")


@each_document
def test_links_lead_somewhere(document):
    broken = []
    for target in _LINK.findall(prose(document)):
        if target.startswith(("https://", "http://", "mailto:")):
            continue
        name, _, fragment = target.partition("#")
        path = (document.parent / name).resolve() if name else document
        if not path.exists() or (fragment and fragment not in anchors(path)):
            broken.append(target)

    assert broken == []


@each_document
def test_files_and_names_of_the_code_are_there(document):
    missing = []
    for path, name in _CODE.findall(document.read_text()):
        file = ROOT / path
        if not file.exists() or (name and name not in names(file)):
            missing.append(f"{path}:{name}" if name else path)

    assert missing == []


def test_the_tour_walks_through_many_names():
    found = _CODE.findall((ROOT / "docs" / "tour.md").read_text())

    assert len({name for _, name in found if name}) > 30


@each_document
def test_settings_that_are_named_exist(document):
    known = {kind.model_config["env_prefix"] + name.upper() for kind in SETTINGS for name in kind.model_fields}
    named = {name for name in _VARIABLE.findall(document.read_text()) if not name.startswith(_ELSEWHERE)}

    assert named - known == set()


def test_every_setting_is_documented_with_words():
    text = settings_document()

    assert (ROOT / "docs" / "settings.md").read_text() == text, "run 'make docs'"
    for kind in SETTINGS:
        for name, field in kind.model_fields.items():
            variable = kind.model_config["env_prefix"] + name.upper()
            assert f"| `{variable}` |" in text
            assert field.description, f"{variable} has no description"


def test_the_example_of_the_environment_is_as_the_code_makes_it():
    assert (ROOT / ".env.example").read_text() == environment_example(), "run 'make docs'"


def commands(group: Any, prefix: str = "guildhall") -> list[str]:
    """Every command that --help shows, in full."""
    found: list[str] = []
    for name, listed in group.commands.items():
        if listed.hidden:
            continue
        command = group.loaded(name) if isinstance(group, LazyGroup) else listed
        if hasattr(command, "commands"):
            found += commands(command, f"{prefix} {name}")
        else:
            found.append(f"{prefix} {name}")
    return found


def all_commands() -> list[str]:
    """The commands of the core, of its features and of the built-in packs."""
    return sorted(set(commands(typer.main.get_command(app))))


@pytest.mark.parametrize("command", all_commands())
def test_every_command_is_in_the_documents(command):
    written = "\n".join(path.read_text() for path in WRITTEN)
    without_program = command.removeprefix("guildhall ")
    last_two = " ".join(command.split()[-2:])

    assert command in written or f"`{without_program}" in written or last_two in written


@each_document
def test_commands_that_are_named_exist(document):
    known = {*all_commands(), "guildhall docs"}
    beginnings = {" ".join(command.split()[:length]) for command in known for length in range(2, 5)}
    unknown = []
    for line in re.findall(r"(?:^|[`/])(guildhall(?: [a-z0-9]+(?:-[a-z0-9]+)*)+)", document.read_text(), re.MULTILINE):
        words = line.split()
        length = max((n for n in range(2, len(words) + 1) if " ".join(words[:n]) in beginnings), default=1)
        is_group = length == len(words) and " ".join(words) in beginnings
        if " ".join(words[:length]) not in known and not is_group and words[1] not in _PACKS_ELSEWHERE:
            unknown.append(line)

    assert unknown == []


def curls(document: Path) -> list[tuple[str, str]]:
    """Method and path of each curl call to the API that a document shows."""
    found = []
    for line in document.read_text().splitlines():
        if "curl " in line and not any(word in line for word in ("_sandbox", "tetra", "lichess")):
            method = re.search(r"-X (\w+)", line)
            found += [
                (method[1].lower() if method else "get", path)
                for path in re.findall(r"(?:127\.0\.0\.1|localhost):\d+(/[\w/.-]*)", line)
            ]
    return found


@each_document
def test_addresses_that_are_called_are_in_the_api(document):
    assert [(method, path) for method, path in curls(document) if not matches_a_path(path, method)] == []


def test_the_readme_calls_what_the_demo_offers():
    lines = [f"http://127.0.0.1:8000{line}" for line in DEMO.lines(Dota2Settings.model_construct())]

    called = re.findall(r"^\$ curl (?:-i )?'([^']+)'$", (ROOT / "README.md").read_text(), re.MULTILINE)

    assert called == lines
    assert len(called) == 5


def test_the_readme_shows_fields_that_answers_have_and_players_of_the_sandbox():
    shown = "".join(re.findall(r"^```console\n(.*?)^```", (ROOT / "README.md").read_text(), re.MULTILINE | re.DOTALL))
    rooms = sorted(path.parent.name for path in Path(dota2.__path__[0]).glob("*/schemas.py"))
    modules = [vars(import_module(f"{dota2.__name__}.{room}.schemas")) for room in rooms]
    modules += [vars(module) for module in (overview_schemas, mail_views, skill_rules)]
    named = [value for module in modules for value in module.values()]
    kinds = [kind for kind in named if isinstance(kind, type) and issubclass(kind, msgspec.Struct)]
    fields = {name for kind in kinds for name in kind.__struct_encode_fields__} | {"items", "next"}

    assert set(re.findall(r'"(\w+)":', shown)) - fields == set()
    accounts = {int(number) for number in re.findall(r'"account_id":(\d+)', shown)}
    assert accounts <= set(player_ids(SandboxOptions()))


def test_every_decision_is_in_the_index_and_nothing_else_is():
    folder = ROOT / "docs" / "decisions"
    written = sorted(path.name for path in folder.glob("[0-9]*.md"))
    listed = re.findall(r"^- \[\d+\. .+\]\((.+)\)$", (folder / "README.md").read_text(), re.MULTILINE)

    assert listed == written
    assert [int(name[:4]) for name in written] == list(range(1, len(written) + 1))


@pytest.mark.parametrize("name", sorted(path.name for path in (ROOT / "docs" / "decisions").glob("[0-9]*.md")))
def test_a_decision_has_its_number_and_its_parts(name):
    text = (ROOT / "docs" / "decisions" / name).read_text()

    assert text.startswith(f"# {int(name[:4])}. ")
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == ["Context", "Decision", "Consequences"]
    assert len(text.splitlines()) < 60, "a decision is one page"


async def test_every_table_of_the_schema_has_its_retention_in_operations(tx):
    rows = await tx.connection.fetch(
        """
        select n.nspname || '.' || c.relname as name
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where c.relkind in ('r', 'p') and not c.relispartition
          and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')
        """
    )
    text = operations("tables.md")

    listed = re.findall(r"^\| `(\w+\.\w+)` \|(?:[^|\n]+\|){6}$", text, re.MULTILINE)

    assert sorted(listed) == sorted(row["name"] for row in rows)


async def test_the_checks_of_readiness_are_in_operations(guildhall):
    text = operations("monitoring.md")

    checks = (await guildhall.get("/readyz")).json["checks"]

    assert len(checks) >= 3
    assert [name for name in checks if f"| `{name}` |" not in text] == []


async def test_metrics_that_operations_names_are_exported(guildhall):
    text = operations("monitoring.md")
    exported = re.findall(r"^# TYPE (\w+) ", (await guildhall.get("/metrics")).body.decode(), re.MULTILINE)

    named = re.findall(r"^\| `((?:guildhall|process)_[a-z_]+)(?:\{[a-z,]+\})?` \|", text, re.MULTILINE)

    assert len(named) > 5
    assert [name for name in named if name not in exported] == []


def test_the_index_of_operations_lists_every_page_and_each_stays_short():
    index = operations("README.md")

    for page in OPERATIONS:
        assert page.name == "README.md" or f"| [{page.name}]({page.name}) |" in index
        written = [line for line in page.read_text().splitlines() if not line.startswith("| `")]
        assert len(written) < 260, f"{page.name} is for more than one audience"


def test_the_licence_is_complete():
    text = (ROOT / "LICENSE").read_text()

    assert "Version 2.0, January 2004" in text
    assert "END OF TERMS AND CONDITIONS" in text
    assert "APPENDIX: How to apply the Apache License to your work." in text


def test_nothing_tells_of_the_workplace():
    for document in DOCUMENTS:
        assert not re.search(r"/work/|\.\./shared|/root/", document.read_text()), document


def test_programs_that_operations_runs_with_python_work():
    programs = re.findall(r"python -c '([^']+)'", operations("backup.md"))

    assert programs
    for program in programs:
        subprocess.run([sys.executable, "-c", program], check=True, stdout=subprocess.DEVNULL)
