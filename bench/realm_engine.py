"""The realm pack's actions as a process runs them, one command at a time, so that a benchmark measures them alone.

Run as `python -m bench.realm_engine …`; settings come from the environment as everywhere.
"""

import asyncio
import time

import uvloop

from bench.chat_clock import Arguments, Speaker, read_arguments
from bench.chat_lines import made_up_lines
from guildhall.boot.configuration import configure
from guildhall.boot.runtime import open_web
from guildhall.clock import Clock
from guildhall.collector import settle_in
from guildhall.db.policies import Viewer
from guildhall.ids import uuid7
from guildhall.packs.realm.chat.actions.sending import Sender, Words
from guildhall.packs.realm.follow.actions.followers import Followers


async def ingest(arguments: Arguments) -> None:
    """Each sender sends its next message when the last one is acknowledged, which is when it is committed."""
    configuration = configure()
    async with open_web(configuration, configuration.main.database_url.get_secret_value(), Clock()) as runtime:  # type: ignore[union-attr]
        sender = runtime.provided[Sender]
        followers = runtime.provided[Followers]
        assert isinstance(sender, Sender)
        assert isinstance(followers, Followers)
        if not arguments.follow:
            await followers.close()
        settle_in()
        texts = made_up_lines(2_000)
        clock = arguments.clock()

        async def send(number: int, speaker: Speaker) -> None:
            viewer = Viewer(speaker.user)
            more = True
            while more:
                number += 1
                sent = time.perf_counter()
                key = uuid7().hex if arguments.keyed else None
                await sender.say(viewer, Words(speaker.channel, texts[number % len(texts)], key))
                more = clock.acknowledged(sent)

        await asyncio.gather(*(send(n, speaker) for n, speaker in enumerate(arguments.senders)))
    clock.tell()


if __name__ == "__main__":
    uvloop.run(ingest(read_arguments()))
