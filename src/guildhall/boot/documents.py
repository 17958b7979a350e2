"""The generated documents of a checkout: settings, error codes, schema snapshots, the API's description."""

import asyncio
import os
import re
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec
from pydantic_core import PydanticUndefined
from pydantic_settings import BaseSettings

from guildhall.boot.app import Routes
from guildhall.boot.configuration import Configuration
from guildhall.boot.error_codes import errors_document
from guildhall.boot.features import FEATURES
from guildhall.boot.keys import with_development_keys
from guildhall.boot.kit_document import kit_document, kit_stub
from guildhall.boot.packs import BUILT_IN, branches
from guildhall.boot.runtime import open_web
from guildhall.boot.settings import Settings
from guildhall.clock import Clock
from guildhall.core.cache.settings import CacheSettings
from guildhall.core.jobs.settings import JobsSettings
from guildhall.db import migrate
from guildhall.db.embedded import EmbeddedCluster
from guildhall.db.programs import binaries
from guildhall.web.description import with_stable_names
from guildhall.web.settings import WebSettings

ROOT = Path(__file__).parents[3]
"""The checkout; documents are made only there."""

_GROUPS: tuple[tuple[str, type[BaseSettings]], ...] = (
    ("The process", Settings),
    ("Web", WebSettings),
    ("Cache", CacheSettings),
    ("Jobs", JobsSettings),
    *((one.name.capitalize(), one.settings.load()) for one in FEATURES),
    *((f"Pack {pack.name}", pack.settings.load()) for pack in BUILT_IN),
)
_NOISE = re.compile(r"^(--.*|SET .*|SELECT pg_catalog\.set_config.*|\\(un)?restrict .*)?$")


async def generate() -> dict[Path, str]:
    """Every generated document: its path and its text."""
    return {
        ROOT / "docs" / "settings.md": settings_document(),
        ROOT / ".env.example": environment_example(),
        ROOT / "docs" / "errors.md": errors_document(),
        ROOT / "docs" / "packs" / "kit.md": kit_document(),
        ROOT / "src" / "guildhall" / "kit" / "__init__.pyi": kit_stub(),
        **await _from_database(),
    }


def differences(documents: dict[Path, str]) -> list[Path]:
    """The documents whose files are missing or other."""
    return [path for path, text in documents.items() if not path.exists() or path.read_text() != text]


def _variables(kind: type[BaseSettings]) -> Iterable[tuple[str, Any]]:
    prefix = str(kind.model_config.get("env_prefix", ""))
    for name, field in kind.model_fields.items():
        yield prefix + name.upper(), field


def _default(field: Any) -> str:
    value = field.default
    if value is PydanticUndefined or value is None:
        return ""
    if isinstance(value, bool | list):
        return msgspec.json.encode(value).decode()
    return str(value)


def _bounds(field: Any) -> str:
    words = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<"}
    found = [f"{words[n]} {getattr(m, n)}" for m in field.metadata for n in words if getattr(m, n, None) is not None]
    return ", ".join(found)


def settings_document() -> str:
    """docs/settings.md."""
    lines = [
        "# Settings",
        "",
        "Read from the environment, then from `.env` in the working folder. Made by `make docs` from the code; a",
        "test fails when a setting is not here. A value that does not fit is one clear line and exit status 2.",
    ]
    for title, kind in (group for group in _GROUPS if group[1].model_fields):
        lines += ["", f"## {title}", "", "| variable | default | bounds | meaning |", "|---|---|---|---|"]
        for name, field in _variables(kind):
            default = _default(field)
            lines.append(
                f"| `{name}` | {f'`{default}`' if default else '–'} | {_bounds(field)} | {field.description} |"
            )
    return "\n".join(lines) + "\n"


def environment_example() -> str:
    """.env.example: every variable with its default, commented out."""
    lines = ["# Copy to .env and change what you need. docs/settings.md says more."]
    for title, kind in (group for group in _GROUPS if group[1].model_fields):
        lines += ["", f"# {title}"]
        for name, field in _variables(kind):
            lines += [f"# {field.description}", f"#{name}={_default(field)}"]
    return "\n".join(lines) + "\n"


async def _from_database() -> dict[Path, str]:
    """The documents that need a migrated database: one is made and thrown away."""
    all_branches = branches(BUILT_IN)
    with tempfile.TemporaryDirectory(prefix="gh-docs-") as folder:
        os.chmod(folder, 0o755)  # noqa: S103
        with EmbeddedCluster(Path(folder), extra={"fsync": "off"}) as cluster:
            await migrate.upgrade(cluster.url(), all_branches)
            documents = {
                ROOT / "docs" / "schema" / f"{schema}.sql": await asyncio.to_thread(snapshot, cluster.url(), schema)
                for schema in ("core", *(pack.name for pack in BUILT_IN if pack.migrations is not None))
            }
            main = Settings.model_construct(home=Path(folder))
            configuration = Configuration(
                main, WebSettings.model_construct(), CacheSettings.model_construct(), JobsSettings.model_construct(),
                BUILT_IN,
                {
                    one.name: with_development_keys(one.settings.load().model_construct(), main)
                    for one in (*FEATURES, *BUILT_IN)
                },
            )  # fmt: skip
            async with open_web(configuration, cluster.url(), Clock()) as runtime:
                schema: Any = with_stable_names(Routes(runtime).application.openapi_schema.to_schema())
    documents[ROOT / "docs" / "openapi.json"] = (
        msgspec.json.format(msgspec.json.encode(schema, order="sorted"), indent=1).decode() + "\n"
    )
    return documents


def snapshot(url: str, schema: str) -> str:
    """A schema as SQL, without what differs from server to server and from month to month."""
    command = [
        str(binaries(18) / "pg_dump"), "--schema-only", f"--schema={schema}", "--no-owner",
        f"--exclude-table={schema}.*_20[0-9][0-9]_[0-1][0-9]", url,
    ]  # fmt: skip
    dump = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    kept = [line for line in dump.splitlines() if not _NOISE.match(line)]
    statements = "\n".join(kept).replace(";\n", ";\n\n")
    return f"-- The schema {schema} as the migrations make it; made by `make docs`.\n\n{statements}\n"
