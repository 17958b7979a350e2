"""Every count that the API tells of a character is that of its list, whatever was removed in the game."""

import asyncio
import random

import pytest

from guildhall.packs.eve.sandbox import CLOCK, WORLD
from guildhall.testing.people import sign_in
from tests.packs.eve.make import running_engine, running_sandbox
from tests.packs.eve.test_eve_mailboxes import box_of


@pytest.fixture
async def sandbox():
    async with running_sandbox() as running:
        yield running


async def all_of(server, person, path):
    """Every item of a list, page by page."""
    items, after = [], ""
    while True:
        join = "&" if "?" in path else "?"
        answer = (await server.get(f"{path}{join}limit=100{after}", headers=person.headers)).json
        items += answer["items"]
        if answer.get("next") is None:
            return items
        after = f"&after={answer['next']}"


async def counts_and_lists(server, person, me):
    """What the overview and the answers count, beside the same counted over their lists."""
    base = f"/api/v1/eve/characters/{me}"
    (seen,) = (await server.get("/api/v1/eve/overview", headers=person.headers)).json["characters"]
    unread = await all_of(server, person, f"{base}/mail?unread=true")
    orders = await all_of(server, person, f"{base}/orders")
    jobs = await all_of(server, person, f"{base}/industry")
    colonies = (await server.get(f"{base}/planets", headers=person.headers)).json["items"]
    queue = (await server.get(f"{base}/skill-queue", headers=person.headers)).json
    opened = [order for order in orders if order["state"] == "open"]
    counted = {
        "mail": seen["mail_unread"],
        "mail_page": (await server.get(f"{base}/mail", headers=person.headers)).json["unread"],
        "mail_labels": (await server.get(f"{base}/mail/labels", headers=person.headers)).json["unread"],
        "sell": seen["orders"]["sell"],
        "buy": seen["orders"]["buy"],
        "unknown": seen["orders"]["unknown"],
        "jobs": seen["industry"]["active"] + seen["industry"]["ready"] + seen["industry"]["paused"],
        "planets": seen["planets"]["planets"],
        "extractors": seen["planets"]["extractors"],
        "queue": seen["queue"]["entries_left"],
    }
    listed = {
        "mail": len(unread),
        "mail_page": len(unread),
        "mail_labels": len(unread),
        "sell": sum(not order["is_buy_order"] for order in opened),
        "buy": sum(order["is_buy_order"] for order in opened),
        "unknown": len(orders) - len(opened),
        "jobs": len(jobs),
        "planets": len(colonies),
        "extractors": sum(len(colony["extractors"]) for colony in colonies),
        "queue": sum(item["state"] != "finished" for item in queue["items"]),
    }
    return counted, listed


@pytest.mark.parametrize("seed", range(3))
async def test_counts_are_those_of_the_lists_after_removal_in_the_game(start_guildhall, sandbox, seed):
    server = await start_guildhall()
    dice = random.Random(seed)
    person = await sign_in(server, name="Pilot")
    me = sandbox.pilots[0]
    async with running_engine(server.runtime.url, sandbox, mail_bodies=0) as engine:
        character = await engine.sign_in(me, person.id)
        await engine.sync(character, requested=True)
        for _ in range(3):
            remove(sandbox, me, dice)
            for _ in range(4):
                sandbox.forget()
                sandbox.pass_time(3700)
                assert (await engine.sync(character, requested=True)).failed == {}
            async with asyncio.timeout(10):  # the word of it is on its way to the web process
                while True:
                    counted, listed = await counts_and_lists(server, person, me)
                    if counted == listed:
                        break
                    await asyncio.sleep(0.2)
            in_game = sandbox.app[WORLD].of(sandbox.pilot(me))
            now = sandbox.app[CLOCK].now()
            assert counted["mail"] == sum(not mail.read for mail in in_game.mailbox.arrived(now))
            assert counted["planets"] == len(in_game.colonies)
            jobs = await all_of(server, person, f"/api/v1/eve/characters/{me}/industry")
            assert {job["job_id"] for job in jobs} <= {job.id for job in in_game.jobs}


def remove(sandbox, me, dice):
    """Take some of everything out of the game, as its players and its operator do."""
    things = sandbox.app[WORLD].of(sandbox.pilot(me))
    box = box_of(sandbox, me)
    for mail in dice.sample(box.arrived(sandbox.app[CLOCK].now()), 20):
        if dice.random() < 0.5:
            del box.mails[mail.id]
        else:
            mail.read = not mail.read
    for rows in (things.colonies, things.jobs, things.orders):
        if len(rows) > 2:
            del rows[dice.randrange(len(rows))]
