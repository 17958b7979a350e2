"""Migrations: an Alembic branch a slice, and the quick check that a database is at the head of each."""

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import asyncpg
from msgspec import Struct

from guildhall.db.branch import Branch
from guildhall.db.connection import GONE, Connection, connect, hang_up, require_server
from guildhall.db.logins import WORKING
from guildhall.errors import DatabaseUnavailable, Misconfigured
from guildhall.references import Reference

if TYPE_CHECKING:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    from guildhall.db.written import Written

Progress = Callable[[str, str], None]
"""Called with a revision and its first docstring line as each is applied."""

_LOCK = 0x6775696C64  # "guild": one migration at a time on a database
_DIGESTS_KNOWN = "select to_regclass('core.revision_digests') is not null"
_DIGESTS = "select revision, digest from core.revision_digests where revision = any($1)"
_VERSIONS_KNOWN = "select to_regclass('public.alembic_version') is not null"
_TARGET = re.compile(r"[A-Za-z0-9_]+([+-][0-9]+)?(@[A-Za-z0-9_]+|@[+-][0-9]+)?|[+-][0-9]+")
_SCRIPTS = Path(__file__).parent / "alembic"
_scripts_of: "Reference[Callable[[Config, Sequence[Written]], ScriptDirectory]]" = Reference(
    "guildhall.db.scripts:scripts_of"
)


class BranchStatus(Struct, frozen=True):
    """The state of a slice's schema. `current` is null before its first revision; `pending` are the next ones.

    Without `head` the slice is off, or its pack is not installed any more.

    `edited` are applied revisions whose text in the manifest is no longer that which was applied.
    """

    label: str
    current: str | None
    head: str | None
    pending: list[str]
    edited: list[str] = []


async def status(connection: Connection, branches: Sequence[Branch]) -> list[BranchStatus]:
    """The state of every branch, and behind them of those that the database has beside them.

    Raises Misconfigured for a database that is newer than this program.
    """
    applied = _with_needed(await _applied(connection), branches)
    edited = await _edited(connection, branches)
    found: list[BranchStatus] = []
    for branch in branches:
        chain = branch.chain()
        at = max((index for index, name in enumerate(chain) if name in applied), default=-1)
        applied -= set(chain)
        found.append(
            BranchStatus(
                branch.label,
                chain[at] if at >= 0 else None,
                chain[-1] if chain else None,
                chain[at + 1 :],
                [name for name in chain[: at + 1] if name in edited],
            )
        )
    labels = {branch.label for branch in branches}
    unknown = sorted(name for name in applied if name.rpartition("_")[0] in labels)
    if unknown:
        raise Misconfigured(
            f"The database is newer than this Guildhall: it has {', '.join(unknown)}. Upgrade the program."
        )
    others = {name.rpartition("_")[0]: name for name in sorted(applied)}
    return found + [BranchStatus(label, name, None, []) for label, name in others.items()]


def _with_needed(applied: set[str], branches: Sequence[Branch]) -> set[str]:
    """Alembic lists only the last revisions; those that they were built on are applied too."""
    known = {one.name: one for branch in branches for one in branch.links()}
    found: set[str] = set()
    open_ends = list(applied)
    while open_ends:
        name = open_ends.pop()
        if name not in found:
            found.add(name)
            if (revision := known.get(name)) is not None:
                open_ends += [*revision.depends_on, *([revision.down] if revision.down else [])]
    return found


async def require_current(url: str, branches: Sequence[Branch], role: str | None = None) -> list[str]:
    """Return the labels of other slices that the database has tables of; `role` logs in.

    Raises Misconfigured when the server is too old, or a migration is missing or was edited.
    """
    connection = await connect(url, role)
    try:
        await require_server(connection)
        states = await status(connection, branches)
        _require_unedited(states)
        pending = [name for state in states for name in state.pending]
    finally:
        await hang_up(connection)
    if pending:
        raise Misconfigured(
            f"The database lacks {len(pending)} migration(s), the first is {pending[0]}: run 'guildhall db upgrade'."
        )
    return [state.label for state in states if state.head is None and state.current is not None]


async def upgrade(
    url: str, branches: Sequence[Branch], target: str = "heads", progress: Progress | None = None
) -> None:
    """Apply revisions up to `target` (a revision, or `heads`). Two at once wait for each other.

    Each revision is a transaction: one that fails is undone, those before it stay. One of a pack that fails keeps no
    other slice from being upgraded, and is told at the end. Revisions of slices that
    are not in `branches` are left as they are. Raises Misconfigured in one line, also for a revision that was edited
    after it was applied; DatabaseUnavailable.
    """
    await _run(url, branches, "upgrade", target, progress)


async def downgrade(url: str, branches: Sequence[Branch], target: str, progress: Progress | None = None) -> None:
    """Undo revisions down to `target`: a revision, `label@base`, `label@-1`, or `base` for everything.

    Raises Misconfigured, also while the database has revisions of slices that are not in `branches`, for
    they may stand on what would be undone; DatabaseUnavailable.
    """
    await _run(url, branches, "downgrade", target, progress)


async def _run(url: str, branches: Sequence[Branch], command: str, target: str, progress: Progress | None) -> None:
    # Imported here: they take 0.2 s, which every start of a process that does not migrate would wait for.
    from alembic.config import Config
    from alembic.runtime.environment import EnvironmentContext
    from alembic.util.exc import CommandError
    from sqlalchemy.exc import SQLAlchemyError
    from sqlalchemy.ext.asyncio import create_async_engine

    if _TARGET.fullmatch(target) is None:
        raise Misconfigured(f"Cannot {command} to '{target}': it is not a revision.")
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.set_main_option("path_separator", "newline")
    folders = "\n".join(str(branch.folder) for branch in branches if branch.folder is not None)
    config.set_main_option("version_locations", folders.replace("%", "%%"))
    if progress is not None:
        config.attributes["on_version_apply"] = (_reporter(progress),)
    underway = ""
    failed: list[str] = []
    # Branch by branch, the core before what stands on it: a dependency that Alembic knew of would be noted by what
    # depends on it alone, and be forgotten with a pack that is turned off.
    targets = [f"{branch.label}@head" for branch in branches] if target == "heads" else [target]

    async def raw() -> Connection:
        return await connect(url, application="guildhall-migrate")

    def apply(connection: Any) -> None:
        script = _scripts_of.load()(config, [one for branch in branches for one in branch.written()])

        config.attributes["connection"] = connection
        config.attributes["known"] = {revision.revision for revision in script.walk_revisions()}
        for one in targets:

            def steps(heads: Any, _: Any, one: str = one) -> Iterator[Any]:
                nonlocal underway
                for step in getattr(script, f"_{command}_revs")(one, heads):
                    underway = step.revision.revision
                    yield step

            try:
                with EnvironmentContext(config, script, fn=steps):
                    script.run_env()
                connection.commit()  # where nothing was to be done it has looked all the same, in a transaction
            except Exception as error:
                if target != "heads" or not _may_fail(one, branches) or isinstance(error, (*GONE, CommandError)):
                    raise
                connection.rollback()
                failed.append(f"The migration {underway} failed and was undone: {_words(error)}")

    lock = await connect(url, application="guildhall-migrate")
    try:
        await require_server(lock)
        await lock.execute("set lock_timeout = 0")  # another's migration may take its time
        await lock.execute("select pg_advisory_lock($1)", _LOCK)
        states = await status(lock, branches)
        if command == "upgrade":
            _require_unedited(states)
        if command == "downgrade" and (others := await _others(lock, branches)):
            raise Misconfigured(
                f"The database also holds {', '.join(others)} of slices that are off: turn them on first."
            )
        engine = create_async_engine("postgresql+asyncpg://", async_creator=raw)
        try:
            async with engine.connect() as connection:
                await connection.run_sync(apply)
        finally:
            await engine.dispose()
        await _let_read_versions(lock)
        if failed:
            raise Misconfigured(f"{failed[0]}. The migrations of all other slices are applied.")
    except GONE as error:
        raise DatabaseUnavailable(detail="The database was lost while migrating; what was begun is undone.") from error
    except CommandError as error:
        raise Misconfigured(f"Cannot {command} to '{target}': {_one_line(error)}") from error
    except (SQLAlchemyError, asyncpg.PostgresError) as error:
        raise Misconfigured(f"The migration {underway} failed and was undone: {_one_line(error)}") from error
    finally:
        await hang_up(lock)


async def _others(connection: Connection, branches: Sequence[Branch]) -> list[str]:
    """The applied revisions that belong to none of `branches`."""
    known = {one.name for branch in branches for one in branch.links()}
    return sorted(await _applied(connection) - known)


async def _applied(connection: Connection) -> set[str]:
    """Return Alembic's applied revisions: the last ones, without those that they were built on."""
    if not await connection.fetchval(_VERSIONS_KNOWN):
        return set()
    return {row["version_num"] for row in await connection.fetch("select version_num from public.alembic_version")}


async def _edited(connection: Connection, branches: Sequence[Branch]) -> set[str]:
    """The applied revisions whose text has changed since."""
    now = {one.link.name: one.digest for branch in branches for one in branch.written()}
    if not now or not await connection.fetchval(_DIGESTS_KNOWN):
        return set()
    return {row["revision"] for row in await connection.fetch(_DIGESTS, list(now)) if row["digest"] != now[row[0]]}


def _require_unedited(states: Sequence[BranchStatus]) -> None:
    """Raises Misconfigured."""
    for state in states:
        for name in state.edited:
            raise Misconfigured(
                f"The revision {name} was edited after it was applied. Restore its text and add a revision; on a "
                f"development database, 'guildhall db downgrade {state.label}@base' undoes it instead."
            )


def _may_fail(target: str, branches: Sequence[Branch]) -> bool:
    """Return whether a target is the migrations of a pack, on which those of no other slice stand."""
    (branch,) = (branch for branch in branches if f"{branch.label}@head" == target)
    return not (isinstance(branch.source, str) and branch.source.startswith(("guildhall.core.", "guildhall.db.")))


def _words(error: BaseException) -> str:
    """An error in one line, with its type where it is no error of the database."""
    line = _one_line(error)
    return line if isinstance(error, asyncpg.PostgresError) or "asyncpg" in line else f"{type(error).__name__}: {line}"


def _one_line(error: BaseException) -> str:
    return str(error).strip().partition("\n")[0]


async def _let_read_versions(connection: Connection) -> None:
    """Grant the working roles to read which migrations are applied; readiness asks for it."""
    there = await connection.fetch("select rolname from pg_roles where rolname = any($1)", list(WORKING))
    if len(there) == len(WORKING) and await connection.fetchval(_VERSIONS_KNOWN):
        await connection.execute(f"grant select on public.alembic_version to {', '.join(WORKING)}")


def _reporter(progress: Progress) -> Callable[..., None]:
    def report(*, step: Any, **_: Any) -> None:
        revision = step.up_revision
        if revision is not None:
            progress(revision.revision, (revision.doc or "").strip().splitlines()[0])

    return report
