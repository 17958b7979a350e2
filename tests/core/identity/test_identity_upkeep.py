"""What is over is put away; what is not stays."""

from datetime import UTC, datetime, timedelta

import asyncpg
from msgspec import json

from guildhall.core.identity.upkeep.messages import TidyAccounts
from guildhall.core.jobs.actions import send
from guildhall.core.jobs.jobs import PartitionRetention
from guildhall.testing.people import make_user


async def test_what_is_over_is_forgotten_and_what_is_not_stays(start_worker, clone):
    ann = await make_user(clone)
    connection = await asyncpg.connect(clone)
    now = datetime.now(UTC)
    for number, at in enumerate((now - timedelta(days=61), now + timedelta(hours=1))):
        mark = str(number)
        for sql in (
            """insert into core.email_tokens (token_hash, user_id, purpose, email, expires_at)
               values (sha256($2::text::bytea), $3, 'verify_email', 'a@x.io', $1)""",
            """insert into core.sign_in_challenges (token_hash, kind, user_id, expires_at)
               values (sha256($2::text::bytea), 'passkey', $3, $1)""",
            """insert into core.sign_in_attempts (key, failures, window_start)
               select sha256($2::text::bytea), 1, $1 where $3::uuid is not null""",
            """insert into core.stripe_events (event_id, type, created_at, received_at)
               select $2, 'test', $1, $1 where $3::uuid is not null""",
            """insert into core.stripe_subscriptions
                   (subscription_id, customer_id, status, renews, event_at, event_mark)
               select $2, 'cus', 'active', true, $1, '' where $3::uuid is not null""",
        ):
            await connection.execute(sql, at, mark, ann)
    await connection.execute(
        """
        insert into core.stripe_subscriptions
            (subscription_id, customer_id, user_id, status, renews, event_at, event_mark)
        values ('anns', 'cus_a', $1, 'active', true, $2, '')
        """,
        ann,
        now - timedelta(days=400),
    )
    worker = await start_worker()
    async with worker.runtime.db.write() as tx:
        await send(tx, TidyAccounts())
    await worker.idle()

    result = await connection.fetchval("select result from core.jobs where job_type = 'identity.tidy_accounts'")
    assert json.decode(result) == {
        "links": 1, "sign_ups": 0, "challenges": 1, "tries": 1, "stripe_events": 1, "strangers": 1,
    }  # fmt: skip
    left = await connection.fetch("select subscription_id from core.stripe_subscriptions order by 1")
    assert [row[0] for row in left] == ["1", "anns"]
    await connection.close()


async def test_the_log_of_security_events_is_kept_as_long_as_the_settings_say(start_worker):
    worker = await start_worker(identity={"keep_event_months": 3})

    kept = worker.runtime.provided[PartitionRetention]

    assert kept.keep_months["core.security_events"] == 3
