"""The probe of the queue's listener: never before it listens, and one that is lost ends nothing."""

# The tests wait for a probe to be lost, which nothing announces.

import asyncio
from datetime import timedelta

import pytest
from pgqueuer.core.listeners import PGNoticeEventListener, default_event_router, initialize_notice_event_listener
from pgqueuer.domain.errors import FailingListenerError

from guildhall.core.jobs.listening import PatientQueueManager

pytestmark = pytest.mark.database

QUICK = timedelta(seconds=0.3)


@pytest.fixture
def manager(jobs_db) -> PatientQueueManager:
    return PatientQueueManager(jobs_db)


async def listen(manager: PatientQueueManager) -> None:
    """As `QueueManager.run` does."""
    router = default_event_router(
        notice_event_queue=PGNoticeEventListener(),
        canceled=manager.job_context,
        pending_health_check=manager.pending_health_check,
    )
    await initialize_notice_event_listener(manager.queries.driver, manager.channel, router)


async def test_a_probe_waits_until_the_queue_listens(manager):
    async with manager.queries.driver:
        probe = asyncio.create_task(manager.listener_healthy(QUICK))
        await asyncio.sleep(QUICK.total_seconds() * 4)  # longer than all probes together would wait
        assert not probe.done()

        await listen(manager)

        assert (await asyncio.wait_for(probe, 10)).type == "health_check_event"


async def test_a_lost_probe_is_asked_again(manager):
    async with manager.queries.driver:
        await listen(manager)
        connection = manager.queries.driver._listener_connection
        await connection.execute("unlisten *")
        probe = asyncio.create_task(manager.listener_healthy(QUICK))
        await asyncio.sleep(QUICK.total_seconds() / 2)
        await connection.execute(f"listen {manager.channel}")

        assert (await asyncio.wait_for(probe, 10)).type == "health_check_event"


async def test_a_listener_that_hears_nothing_any_more_is_told(manager):
    async with manager.queries.driver:
        await listen(manager)
        await manager.queries.driver._listener_connection.execute("unlisten *")

        with pytest.raises(FailingListenerError):
            await asyncio.wait_for(manager.listener_healthy(timedelta(seconds=0.1)), 10)
