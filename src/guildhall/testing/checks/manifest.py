"""The check of the manifest: everything that it names is there, and no name is another's."""

import re
from collections.abc import Iterator
from typing import Any

from guildhall.boot.features import FEATURES
from guildhall.boot.packs import BUILT_IN, RESERVED
from guildhall.boot.worker import make_worker, open_worker
from guildhall.clock import Clock
from guildhall.errors import Misconfigured
from guildhall.pack import Pack, ProcessPart, WebPart, WorkerPart
from guildhall.testing.checks.findings import require_none
from guildhall.testing.checks.modules import packages_of, references
from guildhall.testing.checks.names import names_of
from guildhall.testing.checks.published import undeclared_topics
from guildhall.testing.pack import PackUnderTest
from guildhall.testing.product import open_product
from guildhall.testing.settings import configuration

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_KINDS = {"process": ProcessPart, "web": WebPart, "worker": WorkerPart}
_BOUNDS = ("ge", "gt", "le", "lt")


def check_manifest(pack: PackUnderTest) -> None:
    """Check that all that the manifest names loads, that a web process and a worker start, and that no name clashes.

    The pack's routes, messages, topics, activities, rows kept fresh and settings have the pack's name before them; its
    notices, stand-ins, game APIs and kinds of cached answers have names of their own. Topics that the source publishes
    to are declared. Settings are described and bounded. Raises PackIsWrong.
    """
    found = list(_loads(pack.manifest))
    if not found:
        found = [*_own_names(pack.manifest), *_clashes(pack), *_settings(pack.manifest), *_topics(pack)]
    if not found:
        found = pack.clones.wait(_starts(pack))
    require_none("Manifest", pack.name, found)


def _loads(manifest: Pack) -> Iterator[str]:
    """References that lead nowhere, or to something else."""
    for place, reference in references(manifest):
        name = getattr(reference, "name", place)
        try:
            loaded = reference.load()
        except Exception as error:
            yield f"{place} ({name}) does not load: {type(error).__name__}: {error}"
            continue
        kind = _KINDS.get(place.rpartition(".")[2])
        if kind is not None and not isinstance(loaded, kind):
            yield f"{place} ({name}) is a {type(loaded).__name__}, and no {kind.__name__}"


def _own_names(manifest: Pack) -> Iterator[str]:
    """Names that do not show whose they are."""
    name = manifest.name
    if _NAME.fullmatch(name) is None:
        yield f"the pack's name {name!r} is not lower-case letters, digits and underscores"
    if name in RESERVED:
        yield f"the pack's name {name!r} is one of Guildhall's own commands, schemas or features"
    paths = [route.path for part in manifest.web_parts() for route in part.routes]
    for prefix, what, names in (
        (f"{name}.", "message", [on.message.name for part in manifest.worker_parts() for on in part.handlers]),
        (f"{name}.", "topic", [topic.name for part in manifest.web_parts() for topic in part.topics]),
        (f"{name}.", "activity", [one.name for part in manifest.process_parts() for one in part.activities]),
    ):
        known = {one for other in FEATURES for one in names_of(other)[what]}
        for one in names:
            if one not in known and not one.startswith(prefix):
                yield f"the {what} {one!r} does not begin with {prefix}"
    if all(one is not manifest for one in BUILT_IN):
        kept = [fresh.name for part in manifest.worker_parts() for fresh in part.fresh]
        yield from (
            f"the declaration {one!r} of Fresh does not begin with {name}_"
            for one in kept
            if not one.startswith(f"{name}_")
        )
        yield from (f"the path {one} is not below /api/v1/{name}" for one in paths if not _below(one, name))


def _below(path: str, name: str) -> bool:
    return path == f"/api/v1/{name}" or path.startswith(f"/api/v1/{name}/")


def _clashes(pack: PackUnderTest) -> Iterator[str]:
    """Names that another pack, or the core, has as well."""
    others = {one.name: one for one in (*BUILT_IN, *pack.together) if one.name != pack.name}.values()
    own = names_of(pack.manifest)
    for what, names in own.items():
        yield from (f"the {what} {one!r} is there twice" for one in sorted({n for n in names if names.count(n) > 1}))
        for other in (*FEATURES, *others):
            both = {*names} & {*names_of(other)[what]}
            if what != "message":  # a message of another slice may have handlers here
                yield from (f"the {what} {one!r} is one of {other.name} too" for one in both)


def _settings(manifest: Pack) -> Iterator[str]:
    """Settings that are not under the pack's prefix, not described, or not bounded."""
    kind: Any = manifest.settings.load()
    prefix = f"GUILDHALL_{manifest.name.upper()}_"
    found = str(kind.model_config.get("env_prefix", ""))
    if found != prefix:
        yield f"the settings have the prefix {found!r}: it is {prefix!r}"
    for name, field in kind.model_fields.items():
        if not field.description:
            yield f"the setting {name} has no description"
        if field.annotation in (int, float) and not any(hasattr(one, b) for one in field.metadata for b in _BOUNDS):
            yield f"the setting {name} is a number without bounds"


def _topics(pack: PackUnderTest) -> Iterator[str]:
    """Topics that are published to, and that nobody can follow."""
    kinds = {name for one in (*FEATURES, *BUILT_IN, *pack.together) for name in names_of(one)["topic"]}
    yield from undeclared_topics(packages_of(pack), kinds)


async def _starts(pack: PackUnderTest) -> list[str]:
    """Start a web process and a worker: handlers and routes get what they ask for."""
    chosen = configuration(pack.together)
    name = await pack.clones.take()
    found = []
    try:
        try:
            async with open_product(chosen, pack.clones.url(name), Clock()):
                pass
        except Misconfigured as error:
            found.append(f"a web process does not start: {error}")
        try:
            async with open_worker(chosen, pack.clones.url(name), Clock()) as runtime:
                make_worker(runtime)
        except Misconfigured as error:
            found.append(f"a worker does not start: {error}")
    finally:
        await pack.clones.drop(name)
    return found
