"""The published interface: each name is there, typed, cheap, and as the changelog says."""

import ast
import re
import subprocess
import sys
import warnings
from importlib import import_module
from pathlib import Path
from types import FunctionType

import pytest

import guildhall.kit
import guildhall.sandbox
from guildhall.boot.kit_document import kit_document, kit_stub, meaning_of
from guildhall.kit.published import DEPRECATED, MODULES, PUBLISHED, Deprecated

ROOT = Path(__file__).parents[2]
_SAID = re.compile(r"^- `guildhall\.kit` (publishes|deprecates|drops): (.*?)\.$", re.MULTILINE | re.DOTALL)
CHECKED = """
import asyncio
from guildhall.kit import Database, Message, PackSettings, command, make_pack, rows, setting

class Settings(PackSettings):
    limit: int = setting("thirty", "Calls.")

@rows(int, "select 1 where :at > 0")
def ones(at: int) -> None: ...

async def read(db: Database) -> list[int]:
    async with db.read() as tx:
        return await ones.many(tx, "now")

reveal_type(ones)
PACK = make_pack("checked", title="Checked", settings=Settings, revisions=("0001",))
"""


@pytest.mark.parametrize(("name", "module"), sorted(MODULES.items()))
def test_every_name_is_there_and_described(name, module):
    assert getattr(guildhall.kit, name) is getattr(import_module(module), name)
    assert meaning_of(module, name)


def test_a_name_is_published_once():
    names = [name for group in PUBLISHED.values() for names in group.values() for name in names]

    assert len(names) == len(set(names))
    assert not names & DEPRECATED.keys()
    assert {old.instead for old in DEPRECATED.values()} <= set(names)


def test_no_name_comes_from_the_program_itself():
    assert not [module for module in MODULES.values() if module.startswith(("guildhall.boot", "guildhall.cli"))]


def test_the_list_is_what_the_changelog_says():
    """A name leaves the list only by a line that deprecates it and a later one that drops it."""
    names: dict[str, set[str]] = {"publishes": set(), "deprecates": set(), "drops": set()}
    for verb, said in _SAID.findall((ROOT / "CHANGELOG.md").read_text()):
        names[verb] |= set(re.findall(r"`(\w+)`", said))

    assert names["publishes"] - names["deprecates"] == set(MODULES)
    assert names["deprecates"] - names["drops"] == set(DEPRECATED)
    assert names["deprecates"] <= names["publishes"]
    assert names["drops"] <= names["deprecates"]


def test_the_generated_documents_are_current():
    assert (ROOT / "docs" / "packs" / "kit.md").read_text() == kit_document()
    assert (ROOT / "src" / "guildhall" / "kit" / "__init__.pyi").read_text() == kit_stub()


@pytest.mark.parametrize(
    "line",
    [
        "    forget_after: timedelta | None = None",
        "    attempt_timeout: float = 10.0",
        "class Pages(Struct, frozen=True):",
        "    largest: int = 100",
        "    stale_for: timedelta = timedelta(days=1)",
        "class Job(Struct, frozen=True):",
        "    status: int = 200",
        "class StandIn:",
        "def utc(at: datetime) -> datetime: ...",
    ],
)
def test_the_document_has_defaults(line):
    assert line in kit_document().splitlines()


def test_the_document_has_the_signature_of_every_function_and_class():
    blocks = re.findall(r"^```python\n(.*?)^```$", kit_document(), re.MULTILINE | re.DOTALL)
    said = {node.name for block in blocks for node in ast.parse(block).body}
    own = [name for name, module in MODULES.items() if module.startswith("guildhall.")]
    kinds = (type, FunctionType)
    wanted = {name for name in own if isinstance(getattr(guildhall.kit, name), kinds)}

    assert wanted <= said
    assert set(guildhall.sandbox.__all__) - {"CALLS", "CLOCK", "FAULTS", "LIMITS"} <= said


def test_an_unknown_name_is_told():
    with pytest.raises(ImportError, match="cannot import name 'Packs'"):
        exec("from guildhall.kit import Packs")
    with pytest.raises(AttributeError, match=r"publishes no .Packs.; docs/packs/kit\.md lists its names"):
        getattr(guildhall.kit, "Packs")  # noqa: B009 (mypy)


def test_a_deprecated_name_works_and_warns(monkeypatch):
    monkeypatch.setitem(DEPRECATED, "Note", Deprecated("Message", "0.3", "0.5"))

    with pytest.warns(DeprecationWarning, match=r"kit\.Note is deprecated since 0\.3 and gone in 0\.5: use Message\."):
        assert getattr(guildhall.kit, "Note") is guildhall.kit.Message  # noqa: B009 (mypy)
    assert "import Message as Note" in kit_stub()
    assert "`Note`: use `Message`; gone in 0.5" in kit_document()


def test_names_are_listed_without_loading_them():
    with warnings.catch_warnings(action="error"):
        assert set(MODULES) <= set(dir(guildhall.kit))
    assert set(vars(guildhall.kit)["__all__"]) == set(MODULES)


@pytest.mark.parametrize(
    ("names", "absent"),
    [
        ("NotFound, Struct, make_pack, Revision", "asyncpg pydantic litestar aiohttp typer"),
        ("Message, On, hourly, Database, rows, command, Kind, Routes, PUBLIC", "pydantic litestar aiohttp pgqueuer"),
        ("PackSettings, setting, Upstream, upstream_route, serve, Fresh, Cursor", "litestar alembic pgqueuer rich"),
    ],
)
def test_few_names_load_few_modules(names, absent):
    program = f"import sys\nfrom guildhall.kit import {names}\nprint(*sys.modules)"
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)

    assert {name.partition(".")[0] for name in result.stdout.split()} & set(absent.split()) == set()


@pytest.mark.slow
def test_a_pack_elsewhere_is_checked_against_the_real_types(tmp_path):
    (tmp_path / "checked.py").write_text(CHECKED)
    command = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(tmp_path / "cache"), "checked.py"]
    told = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=300).stdout

    assert 'Incompatible types in assignment (expression has type "str", variable has type "int")' in told
    assert 'Argument 2 to "many" of "Query" has incompatible type "str"; expected "int"' in told
    assert 'Revealed type is "guildhall.db.statements.Query[[at: int], int]"' in told
    assert 'Argument "revisions" to "make_pack" has incompatible type "tuple[str]"' in told
    assert "Found 3 errors in 1 file" in told
