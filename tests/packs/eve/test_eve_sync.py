"""A character brought up to date, against the real sandbox over HTTP."""

from datetime import timedelta

import pytest

from guildhall.packs.eve.schemas.sections import SECTIONS
from tests.packs.eve.make import running_engine, running_sandbox


@pytest.fixture
async def sandbox():
    async with running_sandbox() as running:
        yield running


@pytest.fixture
async def engine(clone, sandbox):
    async with running_engine(clone, sandbox) as running:
        yield running


async def test_a_first_sync_fills_every_section_and_is_no_news(engine, sandbox):
    me = sandbox.pilots[0]
    character = await engine.sign_in(me)

    report = await engine.sync(character, requested=True)

    assert report.failed == {}
    assert set(report.changed) | set(report.unchanged) == set(SECTIONS)
    for table in (
        "skills", "skill_totals", "skill_history", "skill_queue", "attributes", "mails", "mail_labels", "market_orders",
        "industry_jobs", "planets", "extractors", "wallet_balances", "wallet_history", "wallet_journal",
        "wallet_transactions", "locations", "character_notifications",
    ):  # fmt: skip
        assert await engine.of(table, character), table
    sections = await engine.rows("select * from eve.section_syncs where character = $1", character)
    assert all(row["imported"] and row["failures"] == 0 and row["expires_at"] > row["synced_at"] for row in sections)
    assert await engine.rows("select 1 from core.notification_log") == []
    assert (await engine.character(character))["last_sync_at"] is not None
