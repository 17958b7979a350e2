"""The check at the start of a process: its login is the working role's own and leads to no wider right."""

from guildhall.db.connection import Connection
from guildhall.errors import Misconfigured

_HARMLESS = ("pg_monitor", "pg_read_all_settings", "pg_read_all_stats", "pg_stat_scan_tables")
"""PostgreSQL's own roles that a working role may be a member of: they show statistics, and no rows."""

_WAYS_OUT = """
select name, why
from (
    select r.rolname as name,
           case when r.rolsuper then 'is a superuser'
                when r.rolbypassrls then 'bypasses row-level security'
                when r.rolcreaterole then 'may create roles'
                when r.rolreplication then 'may copy the whole cluster'
                when exists (select from pg_database d where d.datname = current_database() and d.datdba = r.oid)
                    then 'owns the database'
                when exists (select from pg_class c where c.relowner = r.oid) then 'owns tables'
                when exists (select from pg_namespace n where n.nspowner = r.oid) then 'owns a schema'
                when exists (select from pg_proc p where p.proowner = r.oid) then 'owns functions'
                when r.rolname <> session_user and r.rolname <> all($1) then 'is another role'
           end as why
    from pg_roles r where pg_has_role(session_user, r.oid, 'member')
) way
where why is not null
order by name = session_user desc, why = 'is a superuser' desc, name
limit 1
"""


async def require_confined(connection: Connection, role: str) -> None:
    """Raises Misconfigured if the session is not `role`'s own, or can become a role with more permissions."""
    session: str = await connection.fetchval("select session_user")
    if session != role:
        raise Misconfigured(
            f"The process logs in as {session} and must log in as {role}: give it a URL of {role}'s own "
            "(GUILDHALL_DATABASE_APP_URL, GUILDHALL_DATABASE_JOBS_URL)."
        )
    way = await connection.fetchrow(_WAYS_OUT, list(_HARMLESS))
    if way is None:
        return
    if way[0] == role:
        raise Misconfigured(f"The login {role} {way[1]}: a process must not be able to do that. Take it from the role.")
    raise Misconfigured(
        f"The login {role} can become {way[0]}, who {way[1]}: revoke that membership before a process uses the login."
    )
