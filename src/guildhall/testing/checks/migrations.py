"""The check of migrations: up, down and up again, which leaves nothing behind and gives the same schema."""

import re
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from guildhall.boot.packs import branches
from guildhall.db import migrate
from guildhall.db.branch import Branch
from guildhall.db.programs import binaries
from guildhall.errors import Misconfigured
from guildhall.pack import Pack
from guildhall.testing.checks.findings import require_none
from guildhall.testing.clones import Clones
from guildhall.testing.cluster import make_template
from guildhall.testing.pack import PackUnderTest

_DIFFERENT = 5
"""Lines of a difference that are shown."""


def schema_of(url: str) -> str:
    """Return the whole schema as pg_dump tells it."""
    dump = subprocess.run(
        [binaries(18) / "pg_dump", "--schema-only", url], check=True, capture_output=True, text=True
    ).stdout
    return re.sub(r"^\\(un)?restrict .*$", "", dump, flags=re.MULTILINE)


def check_migrations(pack: PackUnderTest) -> None:
    """Check the pack's branch of revisions, on a database with the core's.

    The label is the pack's name, the revisions are one line, and the first depends on the core's. Undoing them leaves
    exactly what was there without the pack; doing them again gives the same schema. Raises PackIsWrong.
    """
    branch = pack.manifest.migrations
    if branch is None:
        return
    try:
        found = [*_names(pack, branch), *_round(pack, branch)]
    except Misconfigured as error:
        found = [str(error)]
    require_none("Migrations", pack.name, found)


def _names(pack: PackUnderTest, branch: Branch) -> list[str]:
    found = []
    if branch.label != pack.name:
        found.append(f"the branch has the label {branch.label!r}, and the pack the name {pack.name!r}")
    chain = branch.chain()
    if not chain:
        found.append("there are no revisions: a pack without tables needs no branch")
    found += [
        f"the revision {name} is not named {branch.label}_ and a number" for name in chain if not _well(name, branch)
    ]
    known = {one.name for other in branches(()) for one in other.links()}
    for revision in branch.links():
        if revision.down is None and not revision.depends_on:
            found.append(
                f"the first revision, {revision.name}, depends on none of the core's: depends_on = ('db_0001',)"
            )
        found += [
            f"the revision {revision.name} depends on {name}, which there is not"
            for name in revision.depends_on
            if name not in known
        ]
    return found


def _well(name: str, branch: Branch) -> bool:
    return re.fullmatch(rf"{re.escape(branch.label)}_\w+", name) is not None


def _round(pack: PackUnderTest, branch: Branch) -> list[str]:
    alone = branches([pack.manifest])
    without = _dump(pack, ())
    with _clone(pack, (pack.manifest,)) as (clones, url):
        before = schema_of(url)
        clones.wait(migrate.downgrade(url, alone, f"{branch.label}@base"))
        down = schema_of(url)
        clones.wait(migrate.upgrade(url, alone))
        again = schema_of(url)
    return [*_differences("undoing them", without, down), *_differences("doing them again", before, again)]


def _dump(pack: PackUnderTest, packs: Sequence[Pack]) -> str:
    with _clone(pack, packs) as (_, url):
        return schema_of(url)


@contextmanager
def _clone(pack: PackUnderTest, packs: Sequence[Pack]) -> Iterator[tuple[Clones, str]]:
    """A database with the core and these packs alone."""
    cluster = pack.clones.cluster
    clones = Clones(cluster, make_template(cluster, packs))
    try:
        name = clones.wait(clones.take())
        try:
            yield clones, clones.url(name)
        finally:
            clones.wait(clones.drop(name))
    finally:
        clones.close()


def _differences(what: str, expected: str, found: str) -> list[str]:
    """The statements that a schema has more or less than expected."""
    one, other = expected.splitlines(), found.splitlines()
    less = [line for line in one if line and line not in set(other)]
    more = [line for line in other if line and line not in set(one)]
    lines = [*(f"{what} leaves behind: {line}" for line in more), *(f"{what} loses: {line}" for line in less)]
    if not lines and one != other:
        lines = [f"{what} gives the same statements in another order, such as columns that are swapped"]
    left = len(lines) - _DIFFERENT
    return [*lines[:_DIFFERENT], *([f"{what}: {left} more lines of the schema differ"] if left > 0 else [])]
