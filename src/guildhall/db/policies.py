"""Permissions in the database: roles, grants, and row-level security that migrations put on tables."""

from msgspec import Struct

from guildhall.ids import UserId

APP = "guildhall_app"
"""The role of requests: reads and writes rows, owns nothing, bypasses nothing."""
JOBS = "guildhall_jobs"
"""The role of the worker: as APP, and sees private rows of everyone, for jobs act on all behalf."""
READONLY = "guildhall_readonly"
"""The role of people who look: reads the tables that migrations open to it."""


class Viewer(Struct, frozen=True):
    """The account for which a transaction runs; row-level security compares `id` with a row's owner."""

    id: UserId


def create_schema(name: str) -> str:
    """SQL that makes a slice's schema and lets the working roles use all tables made in it from here on.

    READONLY sees a table when a migration grants it: what is public, and nothing of people.
    """
    return f"""
    create schema if not exists {name};
    grant usage on schema {name} to {APP}, {JOBS}, {READONLY};
    alter default privileges in schema {name} grant select, insert, update, delete on tables to {APP}, {JOBS};
    alter default privileges in schema {name} grant usage on sequences to {APP}, {JOBS};
    """


def drop_schema(name: str) -> str:
    """SQL that removes a slice's schema, which its own revisions have emptied, with its grants."""
    return f"""
    alter default privileges in schema {name} revoke all on tables from {APP}, {JOBS}, {READONLY};
    alter default privileges in schema {name} revoke all on sequences from {APP}, {JOBS};
    drop schema {name};
    """


def private_to_owner(table: str, owner: str) -> str:
    """SQL that hides rows of `table` from every viewer but the user in column `owner`.

    Without a viewer APP sees nothing. JOBS sees all rows. READONLY sees none.
    """
    return f"""
    alter table {table} enable row level security;
    alter table {table} force row level security;
    create policy owner_only on {table} to {APP}
        using ({owner} = nullif(current_setting('app.user_id', true), '')::uuid)
        with check ({owner} = nullif(current_setting('app.user_id', true), '')::uuid);
    create policy jobs_all on {table} to {JOBS} using (true) with check (true);
    """
