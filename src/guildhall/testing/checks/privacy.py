"""The check of private rows: who sees them, what exports them, what deletes them."""

from collections.abc import Iterator, Mapping

from msgspec import Struct

from guildhall.core.identity.accounts.schemas import Export
from guildhall.db.connection import Connection, connect
from guildhall.db.policies import APP, JOBS, READONLY
from guildhall.ids import uuid7
from guildhall.testing.checks.findings import require_none
from guildhall.testing.pack import PackUnderTest

SECRETS = frozenset(
    {
        "token_hash", "password_hash", "secret", "verifier", "code_hash", "public_key", "credential_id",
        "device_token", "ip_hash", "access_token", "refresh_token", "state_hash",
    }
)  # fmt: skip
"""Names of columns that an export must not have."""
_REACHED = """
with recursive reached(table_id) as (
    select 'core.users'::regclass::oid
    union
    select c.conrelid
    from reached r join pg_constraint c on c.confrelid = r.table_id and c.contype = 'f'
)
"""
REACHED = f"""
{_REACHED}
select n.nspname || '.' || t.relname as name
from (
    select table_id from reached
    union
    -- whose owner is named without a foreign key
    select a.attrelid from pg_attribute a where a.attname = 'user_id' and not a.attisdropped
) found
join pg_class t on t.oid = found.table_id
join pg_namespace n on n.oid = t.relnamespace
where t.relkind in ('r', 'p') and not t.relispartition
order by 1
"""
"""Every table with rows of people: those that lead to core.users, and those with a user_id."""
_GUARD = f"""
{_REACHED}
select t.relrowsecurity or not has_any_column_privilege('{APP}', t.oid, 'select') as guarded,
       array(select r.rolname || ': ' || coalesce(pg_get_expr(p.polqual, p.polrelid),
                                                 pg_get_expr(p.polwithcheck, p.polrelid), 'true')
             from pg_policy p join pg_roles r on r.oid = any(p.polroles) where p.polrelid = t.oid) as policies,
       has_any_column_privilege('{READONLY}', t.oid, 'select') as looked_at,
       array(select a.attname::text from pg_attribute a
             where a.attrelid = t.oid and a.attname = 'user_id' and not a.attisdropped
               and t.oid not in (select table_id from reached)) as loose,
       array(select c.conname::text from pg_constraint c
             where c.conrelid = t.oid and c.contype = 'f' and c.confrelid = 'core.users'::regclass
               and c.confdeltype not in ('c', 'n')) as stuck
from pg_class t where t.oid = $1::text::regclass
"""


class _Guard(Struct, frozen=True):
    """The protection of a table, as the database has it."""

    guarded: bool
    policies: list[str]
    looked_at: bool
    loose: list[str]
    """Columns user_id of a table whose foreign keys do not lead to core.users."""
    stuck: list[str]
    """Foreign keys to core.users that refuse the deletion of an account."""


def check_privacy(
    pack: PackUnderTest,
    *,
    left_out: Mapping[str, str] | None = None,
    shared: Mapping[str, str] | None = None,
    deleted: Mapping[str, str] | None = None,
) -> None:
    """Check every table of the pack with rows of people: it leads to core.users, or has a user_id.

    Requests see rows of their viewer only, workers see all, people who look see none. The rows are exported with the
    account, by statements that tell no secret, and deleted with it. `left_out` names tables that an export does not
    have, `shared` those whose rows are for other people too, each with the reason; `deleted` those whose rows no
    foreign key deletes, with what does. Raises PackIsWrong.
    """
    found = pack.clones.wait(_check(pack, left_out or {}, shared or {}, deleted or {}))
    require_none("Privacy", pack.name, found)


async def _check(
    pack: PackUnderTest, left_out: Mapping[str, str], shared: Mapping[str, str], deleted: Mapping[str, str]
) -> list[str]:
    exports = [export for part in pack.manifest.process_parts() for export in part.exports]
    name = await pack.clones.take()
    try:
        owner = await connect(pack.clones.url(name))
        request = await connect(pack.clones.url(name), APP)
        try:
            begin = f"{pack.name}."
            tables = [row["name"] for row in await owner.fetch(REACHED) if row["name"].startswith(begin)]
            found = [
                *_listed(tables, exports, left_out),
                *_excepted(tables, shared=shared, deleted=deleted, left_out=left_out),
            ]
            for table in tables:
                guard = _Guard(*(await owner.fetchrow(_GUARD, table)))
                found += [f"{table}: {one}" for one in _of_table(guard, table in shared, table in deleted)]
            for export in exports:
                found += [f"the export of {export.table} {one}" for one in await faults_of_export(request, export)]
            return found
        finally:
            await owner.close()
            await request.close()
    finally:
        await pack.clones.drop(name)


def _listed(tables: list[str], exports: list[Export], left_out: Mapping[str, str]) -> Iterator[str]:
    """Tables that are exported twice, or not at all."""
    exported = [export.table for export in exports]
    yield from (f"{table} is exported twice" for table in set(exported) if exported.count(table) > 1)
    yield from (f"left_out names {table}, which is exported" for table in set(exported) & left_out.keys())
    for table in tables:
        if table not in exported and table not in left_out:
            yield f"{table} has rows of people and no Export: add one to the part, or left_out= with the reason"


def _excepted(tables: list[str], **exceptions: Mapping[str, str]) -> Iterator[str]:
    """Exceptions that are none, or have no reason."""
    for name, reasons in exceptions.items():
        for table, reason in reasons.items():
            if table not in tables:
                yield f"{name} names {table}, which has no rows of people"
            if not reason.strip():
                yield f"{name} gives no reason for {table}"


def _of_table(guard: _Guard, is_shared: bool, is_deleted: bool) -> Iterator[str]:
    if not is_shared:
        if not guard.guarded:
            yield "no row-level security: use private_to_owner in the revision, or shared= with the reason"
        elif guard.policies and f"{JOBS}: true" not in guard.policies:
            yield "row-level security has no policy that lets workers see all rows"
        if f"{APP}: true" in guard.policies:
            yield "the policy of requests lets everybody see every row"
        if guard.looked_at:
            yield f"{READONLY}, the role of people who look, may read it"
    if guard.loose and not is_deleted:
        yield "user_id leads to no foreign key to core.users: add one on delete cascade, or deleted= with what deletes"
    if is_deleted and not guard.loose:
        yield "deleted= names it, and its foreign keys lead to core.users"
    for key in guard.stuck:
        yield f"the foreign key {key} refuses the deletion of an account: on delete cascade, or set null"


async def faults_of_export(connection: Connection, export: Export) -> list[str]:
    """Return what is wrong with an export, on a connection of the requests' role."""
    try:
        statement = await connection.prepare(f"select row_to_json(t)::text from ({export.sql}) t")
        columns = (await connection.prepare(export.sql)).get_attributes()
    except Exception as error:
        return [f"does not run: {error}"]
    found = []
    if [parameter.name for parameter in statement.get_parameters()] != ["uuid"]:
        return ["does not have $1, the user's uuid, as its only parameter"]
    async with connection.transaction(readonly=True):
        nobody = uuid7()
        await connection.execute(f"set local app.user_id = '{nobody}'")
        if await statement.fetch(nobody):
            found.append("has rows for a person who has none")
    found += [f"has the secret column {column.name}" for column in columns if column.name in SECRETS]
    found += [f"has the column {column.name} of bytes" for column in columns if column.type.name == "bytea"]
    return found
