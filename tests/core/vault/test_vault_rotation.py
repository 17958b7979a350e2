"""Changing the key of everything that is sealed: in batches, stopped and carried on, beside writers."""

import asyncio
import inspect
from typing import Any, get_type_hints

import msgspec
import pytest
from typer.testing import CliRunner

from guildhall.boot.features import FEATURES
from guildhall.boot.packs import all_packs
from guildhall.core.vault import cli, queries
from guildhall.core.vault.actions import column_state, rotate_column, rows_left
from guildhall.core.vault.schemas import SealedColumn, SealedColumns
from guildhall.core.vault.settings import VaultSettings
from guildhall.core.vault.vault import Vault
from guildhall.db.pool import Database
from guildhall.ids import uuid7
from guildhall.testing.people import make_user

SECRETS = SealedColumn("core.totp", "secret", key="user_id")
OLD, NEW = "the former key of the tests", "the present key of the tests"
ALL_SEALED = [column for one in (*FEATURES, *all_packs()) for part in one.process_parts() for column in part.sealed]


def settings_of(**values: Any) -> VaultSettings:
    """Settings that owe nothing to a file."""
    return VaultSettings(**{"_env_file": None, **values})


def vault_of(key, *old: str):
    return Vault(settings_of(encryption_key=key, encryption_old_keys=list(old)))


FORMER, BETWEEN, LOST = vault_of(OLD), vault_of(NEW, OLD), vault_of("a key that was lost")


async def add(db, vault, text="secret"):
    """A row that a vault has sealed; its key."""
    async with db.write() as tx:
        user_id = await make_user(tx, id=uuid7())
        sealed = vault.seal(SECRETS, user_id, text)
        await tx.connection.execute("insert into core.totp (user_id, secret) values ($1, $2)", user_id, sealed)
    return user_id


async def sealed_of(db, user_id):
    async with db.read() as tx:
        return await tx.connection.fetchval("select secret from core.totp where user_id = $1", user_id)


def nothing(column, rows):
    """Progress that nobody watches."""


async def test_everything_is_sealed_anew_and_says_what_it_said(jobs_db):
    users = {await add(jobs_db, FORMER, f"secret {number}"): f"secret {number}" for number in range(7)}
    users[await add(jobs_db, BETWEEN, "new already")] = "new already"

    done = await rotate_column(jobs_db, BETWEEN, SECRETS, 3, nothing)

    assert (done.resealed, done.broken) == (7, 0)
    for user_id, text in users.items():
        assert vault_of(NEW).open(SECRETS, user_id, await sealed_of(jobs_db, user_id)).reveal() == text
    again = await rotate_column(jobs_db, BETWEEN, SECRETS, 3, nothing)
    assert (again.resealed, again.broken) == (0, 0)


async def test_a_rotation_that_was_killed_goes_on_where_it_was(jobs_db):
    users = sorted([await add(jobs_db, FORMER) for _ in range(10)])
    seen = []

    def killed(column, rows):
        seen.append(rows)
        if len(seen) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await rotate_column(jobs_db, BETWEEN, SECRETS, 3, killed)
    first = [await sealed_of(jobs_db, user_id) for user_id in users]
    assert await rows_left(jobs_db, BETWEEN, SECRETS) == 4

    done = await rotate_column(jobs_db, BETWEEN, SECRETS, 3, nothing)

    second = [await sealed_of(jobs_db, user_id) for user_id in users]
    assert done.resealed == 10
    assert first[:6] == second[:6]  # not done twice
    state = await column_state(jobs_db, BETWEEN, SECRETS, 3)
    assert (state.rows, state.present_key, state.old_keys, state.broken) == (10, 10, 0, 0)


async def test_what_no_key_opens_is_told_and_left(jobs_db):
    lost, moved = await add(jobs_db, LOST), await add(jobs_db, FORMER)
    good = await add(jobs_db, FORMER)
    async with jobs_db.write() as tx:
        await tx.connection.execute(
            "update core.totp set secret = (select secret from core.totp where user_id = $2) where user_id = $1",
            moved, good,
        )  # fmt: skip
    before = [await sealed_of(jobs_db, user_id) for user_id in (lost, moved)]

    done = await rotate_column(jobs_db, BETWEEN, SECRETS, 2, nothing)

    assert (done.resealed, done.broken) == (1, 2)
    assert [await sealed_of(jobs_db, user_id) for user_id in (lost, moved)] == before
    state = await column_state(jobs_db, BETWEEN, SECRETS, 2)
    assert (state.present_key, state.broken) == (1, 2)


async def test_what_is_written_meanwhile_is_not_lost(jobs_db):
    user_id = await add(jobs_db, FORMER, "before")
    async with jobs_db.write() as tx:
        await tx.connection.execute(
            "update core.totp set secret = $2 where user_id = $1", user_id, FORMER.seal(SECRETS, user_id, "after")
        )
        rotating = asyncio.create_task(rotate_column(jobs_db, BETWEEN, SECRETS, 10, nothing))
        await asyncio.sleep(0.2)
        assert not rotating.done()

    assert (await rotating).resealed == 1
    assert BETWEEN.open_with_age(SECRETS, user_id, await sealed_of(jobs_db, user_id))[1]
    assert BETWEEN.open(SECRETS, user_id, await sealed_of(jobs_db, user_id)).reveal() == "after"


async def test_two_rotations_at_once_do_everything_once(jobs_db):
    for _ in range(20):
        await add(jobs_db, FORMER)
    steps = []

    await asyncio.gather(
        *(rotate_column(jobs_db, BETWEEN, SECRETS, 3, lambda _, rows: steps.append(rows)) for _ in range(2))
    )

    assert sum(steps) in (20, 40)  # the second went on with the first, or looked at everything again
    assert (await column_state(jobs_db, BETWEEN, SECRETS, 50)).present_key == 20


@pytest.mark.parametrize("column", ALL_SEALED, ids=queries.name_of)
async def test_every_sealed_column_of_every_slice_can_be_rotated(tx, column):
    assert await tx.connection.fetchval(queries.count_sealed(column), None) == 0
    assert await tx.connection.fetch(queries.locked_batch(column), None, 10) == []
    key = str(uuid7()) if column.key_type == "uuid" else "1"
    assert await tx.connection.execute(queries.reseal(column), key, "a seal") == "UPDATE 0"


class CommandLine:
    """A session of a command whose loop is a thread's own."""

    def __init__(self, url, vault) -> None:
        self._url, self._vault = url, vault

    def run(self, action):
        async def main():
            from guildhall.clock import Clock
            from guildhall.db.policies import JOBS
            from guildhall.db.pool import PoolSettings

            db = await Database.open(PoolSettings(self._url, JOBS), Clock())
            given = {
                Database: db,
                Vault: self._vault,
                SealedColumns: SealedColumns((SECRETS,)),
                VaultSettings: settings_of(),
            }
            hints = get_type_hints(action)
            try:
                return await action(**{name: given[hints[name]] for name in inspect.signature(action).parameters})
            finally:
                await db.close()

        return asyncio.run(main())


async def test_the_command_rotates_and_says_what_is_left(jobs_db, clone):
    await add(jobs_db, FORMER)

    async def command(vault, *arguments: str):
        return await asyncio.to_thread(CliRunner().invoke, cli.commands, arguments, obj=CommandLine(clone, vault))

    before = await command(BETWEEN, "status", "--json")
    rotated = await command(BETWEEN, "rotate", "--json")
    lost = await command(vault_of("a third key of the tests"), "rotate", "--json")
    state = await command(LOST, "status")

    assert msgspec.json.decode(before.stdout)[0]["old_keys"] == 1
    assert (rotated.exit_code, msgspec.json.decode(rotated.stdout)) == (
        0, [{"column": "core.totp.secret", "resealed": 1, "broken": 0}],
    )  # fmt: skip
    assert (lost.exit_code, msgspec.json.decode(lost.stdout.splitlines()[-1])[0]["broken"]) == (1, 1)
    assert state.exit_code == 1
