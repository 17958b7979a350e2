"""Chat's ingest as it is often written: a pool of connections, one prepared INSERT and one commit for each message."""

import asyncio
import os
import time
from collections import deque
from datetime import UTC, datetime

import asyncpg
import uvloop

from bench.chat_clock import Arguments, Speaker, read_arguments
from bench.chat_lines import made_up_lines
from guildhall.ids import uuid7

CONNECTIONS = 8
INSERT = """
insert into realm.messages (id, type, user_id, server_id, channel_id, content, created_at, updated_at)
values ($1, 'user', $2, $3, $4, $5, $6, $6)
"""
# As a retry is kept from being said twice: the key and the message are one statement.
CLAIM = """
with claimed as (
    insert into realm.message_keys (user_id, client_key, message_id) values ($2, $7, $1)
    on conflict do nothing returning 1
)
insert into realm.messages (id, type, user_id, server_id, channel_id, content, created_at, updated_at)
select $1, 'user', $2, $3, $4, $5, $6, $6 from claimed
"""


async def ingest(arguments: Arguments) -> None:
    """The senders share the connections; each sends its next message when the last one is committed."""
    connections = [await asyncpg.connect(os.environ["DATABASE_URL"]) for _ in range(CONNECTIONS)]
    free = deque([await one.prepare(CLAIM if arguments.keyed else INSERT) for one in connections])
    # First come, first served: without it a few senders keep the connections and the others starve.
    gate = asyncio.Semaphore(CONNECTIONS)
    texts = made_up_lines(2_000)
    clock = arguments.clock()

    async def send(number: int, speaker: Speaker) -> None:
        more = True
        while more:
            number += 1
            sent = time.perf_counter()
            async with gate:
                insert = free.popleft()
                text, now = texts[number % len(texts)], datetime.now(UTC)
                key = (uuid7().hex,) if arguments.keyed else ()
                await insert.fetch(uuid7(), speaker.user, speaker.server, speaker.channel, text, now, *key)
                free.append(insert)
            more = clock.acknowledged(sent)

    await asyncio.gather(*(send(n, speaker) for n, speaker in enumerate(arguments.senders)))
    for one in connections:
        await one.close()
    clock.tell()


if __name__ == "__main__":
    uvloop.run(ingest(read_arguments()))
