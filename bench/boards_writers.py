"""The other process of the benchmark of leaderboards: adds to random scores and counts them until its input ends.

Arguments: the database's URL, the number of members, and the URL of a Redis or nothing.
"""

import asyncio
import random
import sys
import time

from bench.boards import BOARD
from guildhall.boot.settings import load
from guildhall.clock import Clock
from guildhall.core.boards.follower import BoardFollower
from guildhall.core.boards.mirror import NoMirror
from guildhall.core.boards.redis_mirror import RedisMirror
from guildhall.core.boards.settings import BoardsSettings
from guildhall.core.boards.standings import Standings
from guildhall.db.policies import APP
from guildhall.db.pool import Database, PoolSettings

WRITERS = 4
_PAUSE = 0.01
"""Seconds between two scores of a writer."""


async def main(database_url: str, count: int, redis_url: str) -> None:
    """Write until standard input ends, then print the scores a second."""
    db = await Database.open(PoolSettings(database_url, APP, application="bench-writers"), Clock())
    settings = load(BoardsSettings)
    mirror = RedisMirror(redis_url, settings) if redis_url else NoMirror()
    follower = BoardFollower(db, settings, mirror, Standings(db, mirror))
    written = 0

    async def write(chance: random.Random) -> None:
        nonlocal written
        while True:
            async with db.write() as tx:
                await BOARD.add(tx, f"member-{chance.randrange(count)}", chance.randint(1, 50))
            written += 1
            await asyncio.sleep(_PAUSE)

    follower.start()
    began = time.perf_counter()
    tasks = [asyncio.create_task(write(random.Random(seed))) for seed in range(WRITERS)]
    print("begun", flush=True)
    await asyncio.to_thread(sys.stdin.read)
    print(written / (time.perf_counter() - began))
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await follower.close()
    await mirror.close()
    await db.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), sys.argv[3]))
