"""Packs of tests, installed as an installer leaves them: modules and entry points on the path."""

import importlib
import shutil
import sys
from pathlib import Path

from guildhall.db import statements

PACK = '''
"""The manifest."""
from guildhall.db.branch import Branch
from guildhall.pack import Commands, Pack, Part
from guildhall.references import Reference

PACK = Pack(
    name="{name}", title="{title}", settings=Reference("guildhall_{name}.settings:AllSettings"),
    migrations=Branch("{name}", "guildhall_{name}.migrations"),
    parts=(
        Part(
            process=Reference("guildhall_{name}.process:PROCESS"), web=Reference("guildhall_{name}.web:WEB"),
            worker=Reference("guildhall_{name}.worker:WORKER"),
        ),
    ),
    commands=Commands(Reference("guildhall_{name}.commands:commands"), "Its commands."),
)
'''
SETTINGS = '''
"""Settings."""
from pydantic_settings import BaseSettings, SettingsConfigDict


class AllSettings(BaseSettings):
    """Settings."""

    model_config = SettingsConfigDict(env_prefix="GUILDHALL_{prefix}_", env_file=".env", extra="ignore")
'''
PROCESS = '''
"""Objects."""
from guildhall.pack import ProcessPart

PROCESS = ProcessPart()
'''
WEB = '''
"""Objects of web processes."""
from guildhall.pack import WebPart
from guildhall.web.route import PUBLIC, Routes

routes = Routes("/api/v1/{name}")


@routes.get("/hello", scope=PUBLIC)
async def hello() -> dict[str, str]:
    """Greeting."""
    return {{"hello": "{name}"}}


WEB = WebPart(routes=routes)
'''
WORKER = '''
"""Objects of workers."""
from typing import ClassVar

from guildhall.core.jobs.bindings import On
from guildhall.core.jobs.messages import Message
from guildhall.pack import WorkerPart


class Greet(Message, frozen=True):
    """Greet."""

    name: ClassVar[str] = "{name}.greet"


async def greet(_: Greet) -> str:
    """Greet."""
    return "hello"


WORKER = WorkerPart(handlers=(On(Greet, greet),))
'''
MIGRATION = '''
"""One table."""
from guildhall.db.policies import create_schema, drop_schema
from guildhall.db.revision import steps

revision = "{name}_0001"
down_revision = None
branch_labels = ("{name}",)
depends_on = ("db_0001",)

upgrade, downgrade = steps(create_schema("{name}") + "create table {name}.things (id int primary key);",
                           "drop table {name}.things; " + drop_schema("{name}"))
'''


def files_of(name: str) -> dict[str, str]:
    """A pack that works, by file."""
    texts = {
        "__init__.py": '"""A pack."""\n', "pack.py": PACK, "settings.py": SETTINGS, "process.py": PROCESS,
        "web.py": WEB,
        "worker.py": WORKER, "commands.py": "import typer\n\ncommands = typer.Typer()\n",
        "migrations/__init__.py": '"""Revisions."""\n', "migrations/0001_things.py": MIGRATION,
    }  # fmt: skip
    return {
        f"guildhall_{name}/{file}": text.format(name=name, title=name.capitalize(), prefix=name.upper())
        for file, text in texts.items()
    }


class Installed:
    """A folder on the path into which packs are installed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._names: list[str] = []

    def add(self, name: str, requires: str = "guildhall-server", **changes: str) -> None:
        """Install a pack that works, but for the files that are given: `web="…"` replaces web.py."""
        files = files_of(name)
        for file, text in changes.items():
            path = f"guildhall_{name}/{file.replace('__', '/')}.py"
            files[path] = text.format(name=name, prefix=name.upper(), title=name.capitalize()) if text else ""
        self.add_files(name, files, f"guildhall_{name}.pack:PACK", requires)

    def add_files(self, name: str, files: dict[str, str], value: str, requires: str = "guildhall-server") -> None:
        """Install a pack of these files, with its entry point."""
        for path, text in files.items():
            target = self.folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text)
        metadata = self.folder / f"guildhall_{name}-0.1.0.dist-info"
        metadata.mkdir()
        (metadata / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: guildhall-{name}\nVersion: 0.1.0\nRequires-Dist: {requires}\n"
        )
        (metadata / "entry_points.txt").write_text(f"[guildhall.packs]\n{name} = {value}\n")
        self._names.append(name)

    def remove(self, name: str) -> None:
        """Uninstall a pack, as an installer does."""
        shutil.rmtree(self.folder / f"guildhall_{name}")
        shutil.rmtree(self.folder / f"guildhall_{name}-0.1.0.dist-info")
        self.forget()

    def forget(self) -> None:
        """Unload what was imported of the packs: other tests prepare every statement, and list every error."""
        tops = {f"guildhall_{name}" for name in self._names}
        statements.ALL[:] = [one for one in statements.ALL if not any(f"{name}." in one.sql for name in self._names)]
        for name in [name for name in sys.modules if name.partition(".")[0].removesuffix("_sandbox") in tops]:
            del sys.modules[name]
        importlib.invalidate_caches()
