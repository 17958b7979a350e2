"""Migrations and commands of a broken pack: one line, and those of all others are there."""

import json
import os
import re
import subprocess
import sys

import pytest

from guildhall.boot.configuration import configure
from guildhall.db import migrate
from guildhall.db.connection import connect
from guildhall.errors import Misconfigured
from tests.boot import installed as packs
from tests.boot.installed import Installed


async def test_a_migration_of_a_pack_that_fails_keeps_no_other_slice_back(installed: Installed, empty):
    bad = packs.MIGRATION.replace("(id int primary key)", "(id no_type primary key)")
    installed.add("broken", migrations__0001_things=bad)
    installed.add("whole")

    with pytest.raises(Misconfigured) as told:
        await migrate.upgrade(empty, configure().branches)

    said = str(told.value)
    assert re.search(
        r"The migration broken_0001 failed and was undone: .*no_type.* The migrations of all other", said
    ), said
    connection = await connect(empty)
    try:
        states = {one.label: one.pending for one in await migrate.status(connection, configure().branches)}
    finally:
        await connection.close()
    assert {label: pending for label, pending in states.items() if pending} == {"broken": ["broken_0001"]}
    with pytest.raises(Misconfigured, match=r"lacks 1 migration.*broken_0001"):
        await migrate.require_current(empty, configure().branches)


@pytest.mark.parametrize("text", ["this is no Python\n", "import nowhere\n"])
async def test_a_migration_that_cannot_be_read_leaves_its_pack_out(installed: Installed, empty, text):
    installed.add("broken", migrations__0001_things=packs.MIGRATION + "\n" + text)
    installed.add("whole")

    found = configure()
    await migrate.upgrade(empty, found.branches)

    assert re.search(r"has unfit migrations: 0001_things\.py.* cannot be read: ", str(found.left_out[0])), str(
        found.left_out[0]
    )


def test_commands_of_a_broken_pack_are_one_line_and_others_run_on(installed: Installed):
    installed.add("broken", commands="1 / 0\n")

    def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
        environment = {**os.environ, "PYTHONPATH": str(installed.folder), "COLUMNS": "200"}
        return subprocess.run(
            [sys.executable, "-m", "guildhall.cli", *arguments], env=environment, capture_output=True, text=True,
            check=False, timeout=60,
        )  # fmt: skip

    refused = run("broken", "hello")
    assert (refused.returncode, refused.stderr.count("\n")) == (2, 1)
    assert "guildhall: The pack 'broken' has commands that do not load: ZeroDivisionError" in refused.stderr
    assert "(guildhall_broken/commands.py:1)" in refused.stderr
    assert "Traceback" in run("--debug", "broken", "hello").stderr
    (installed.folder / "guildhall_broken" / "pack.py").write_text("1 / 0\n")
    listed = run("packs", "list", "--json")
    states = {one["name"]: one["state"] for one in json.loads(listed.stdout)}
    assert states == {"dota2": "on", "eve": "on", "realm": "on", "poe2": "on", "wine": "on", "broken": "broken"}
    assert "The pack 'broken' does not load: ZeroDivisionError: division by zero (guildhall_broken/pack.py:1).\n" in (
        run("packs", "list").stdout
    )
