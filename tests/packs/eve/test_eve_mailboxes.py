"""A mailbox here agrees with the game's, whatever was read, deleted or sent there, however deep in its list."""

import random

import pytest

from guildhall.packs.eve.mails.queries import unread_mails
from guildhall.packs.eve.sandbox import CLOCK, WORLD
from tests.packs.eve.make import running_engine, running_sandbox


@pytest.fixture
async def sandbox():
    async with running_sandbox() as running:
        yield running


@pytest.fixture
async def engine(clone, sandbox):
    async with running_engine(clone, sandbox, mail_bodies=0) as running:
        yield running


def box_of(sandbox, pilot):
    """The pilot's mailbox in the game."""
    return sandbox.app[WORLD].of(sandbox.pilot(pilot)).mailbox


def in_game(sandbox, pilot):
    """What the game has: unread mails, and all of them."""
    mails = box_of(sandbox, pilot).arrived(sandbox.app[CLOCK].now())
    return {mail.id for mail in mails if not mail.read}, {mail.id for mail in mails}


async def here(engine, character):
    """What we have: unread mails as counted and as listed, and all of them."""
    rows = await engine.rows(
        "select mail_id, is_read from eve.mails where character = $1 and gone_at is null", character
    )
    async with engine.db.read() as tx:
        count = await unread_mails.one(tx, character)
        overview = await tx.connection.fetchval(
            "select count(*) from eve.mails where character = $1 and not is_read and gone_at is null", character
        )
    unread = {row["mail_id"] for row in rows if not row["is_read"]}
    assert count == len(unread) == overview
    return unread, {row["mail_id"] for row in rows}


async def settle(engine, sandbox, character, syncs=3):
    for _ in range(syncs):
        sandbox.forget()
        sandbox.pass_time(61)
        report = await engine.sync(character, requested=True, only=["mail", "mail_labels"])
        assert report.failed == {}


async def test_mails_read_and_deleted_behind_the_first_page_are_so_here(engine, sandbox):
    me = sandbox.pilots[0]
    sandbox.stop_mails(me)
    character = await engine.sign_in(me)
    box = box_of(sandbox, me)
    for mail in box.mails.values():
        mail.read = False
    await engine.sync(character, requested=True)
    assert (await here(engine, character)) == in_game(sandbox, me)
    deep = [mail.id for mail in box.arrived(sandbox.app[CLOCK].now())][60:]

    for mail_id in deep[:20]:
        box.mails[mail_id].read = True
    for mail_id in deep[20:40]:
        del box.mails[mail_id]
    await settle(engine, sandbox, character)

    assert (await here(engine, character)) == in_game(sandbox, me)
    told = await engine.row("select unread from eve.mailboxes where character = $1", character)
    assert told["unread"] == len(in_game(sandbox, me)[0])
    gone = await engine.rows("select mail_id from eve.mails where gone_at is not null")
    assert {row["mail_id"] for row in gone} == set(deep[20:40])


@pytest.mark.parametrize("seed", range(4))
async def test_after_any_changes_in_the_game_counts_and_lists_are_the_games(engine, sandbox, seed):
    me = sandbox.pilots[0]
    sandbox.stop_mails(me)
    character = await engine.sign_in(me)
    box = box_of(sandbox, me)
    dice = random.Random(seed)
    await engine.sync(character, requested=True)
    for _ in range(4):
        now = sandbox.app[CLOCK].now()
        for _ in range(dice.randrange(1, 25)):
            listed = box.arrived(now)
            mail = dice.choice(listed) if listed else None
            match dice.choice(["read", "unread", "delete", "delete", "new"]):
                case "read" if mail is not None:
                    mail.read = True
                case "unread" if mail is not None:
                    mail.read = False
                case "delete" if mail is not None:
                    del box.mails[mail.id]
                case "new":
                    await sandbox.happen(me, "mail", subject="Another")
        await settle(engine, sandbox, character)

        assert len((await here(engine, character))[0]) == len(in_game(sandbox, me)[0])
    # One read and another unread behind the newest fifty leave the game's count as it was; the next change shows them.
    mail = box.arrived(sandbox.app[CLOCK].now())[-1]
    mail.read = not mail.read
    await settle(engine, sandbox, character)
    assert (await here(engine, character))[0] == in_game(sandbox, me)[0]


@pytest.mark.parametrize("read", [False, True])
async def test_an_emptied_mailbox_is_empty_here_but_one_empty_answer_deletes_nothing(engine, sandbox, read):
    me = sandbox.pilots[0]
    sandbox.stop_mails(me)
    character = await engine.sign_in(me)
    await engine.sync(character, requested=True)
    before = await here(engine, character)
    sandbox.fault("empty_list", ".*/mail$")
    await settle(engine, sandbox, character)
    assert (await here(engine, character)) == before

    sandbox.heal()
    if read:
        for mail in box_of(sandbox, me).mails.values():
            mail.read = True
        await settle(engine, sandbox, character)
    box_of(sandbox, me).mails.clear()
    await settle(engine, sandbox, character)
    assert await here(engine, character) == (set(), set())


async def test_unread_mails_older_than_the_first_import_are_taken_in_and_are_no_news(clone, sandbox):
    async with running_engine(clone, sandbox, mail_bodies=0, mail_first_import=50) as engine:
        me = sandbox.pilots[0]
        sandbox.stop_mails(me)
        character = await engine.sign_in(me)
        mails = box_of(sandbox, me).arrived(sandbox.app[CLOCK].now())
        mails[100].read = mails[110].read = False
        await engine.sync(character, requested=True)
        assert len((await here(engine, character))[1]) == 50

        await settle(engine, sandbox, character)

        unread, everything = await here(engine, character)
        assert unread == in_game(sandbox, me)[0]
        assert len(everything) == 52
        assert await engine.rows("select 1 from core.notification_log where type = 'eve_mail_received'") == []


@pytest.mark.parametrize("odd", [False, True])
async def test_a_gap_that_is_wider_than_one_sync_may_read_is_filled_by_the_next(clone, sandbox, odd):
    async with running_engine(clone, sandbox, mail_bodies=0, most_pages=1) as engine:
        me = sandbox.pilots[0]
        sandbox.stop_mails(me)
        character = await engine.sign_in(me)
        await engine.sync(character, requested=True)
        for _ in range(260):
            await sandbox.happen(me, "mail", subject="Fleet tonight")
            sandbox.app[CLOCK].advance(1)
        if odd:  # a page that has lost a row is no short page
            sandbox.fault("odd_row", ".*/mail$", value={"mail_id": "x"}, row=7, count=1)

        await settle(engine, sandbox, character, syncs=7)

        assert (await here(engine, character))[1] == in_game(sandbox, me)[1]
        row = await engine.row("select walk_below, differs from eve.mailboxes where character = $1", character)
        assert row["walk_below"] is None
        told = await engine.rows("select 1 from core.notification_log where type = 'eve_mail_received'")
        assert len(told) >= 259


async def test_a_walk_that_esi_does_not_allow_now_goes_on_later(engine, sandbox):
    me = sandbox.pilots[0]
    sandbox.stop_mails(me)
    character = await engine.sign_in(me)
    box = box_of(sandbox, me)
    await engine.sync(character, requested=True)
    deep = [mail.id for mail in box.arrived(sandbox.app[CLOCK].now())][60:]
    for mail_id in deep[:20]:
        box.mails[mail_id].read = not box.mails[mail_id].read
    await settle(engine, sandbox, character, syncs=1)
    sandbox.forget()
    sandbox.pass_time(61)
    sandbox.fault("rate_limited", ".*/mail$", retry_after=30)
    await engine.sync(character, requested=True, only=["mail"])
    sandbox.heal()
    sandbox.pass_time(120)

    await settle(engine, sandbox, character)

    assert (await here(engine, character))[0] == in_game(sandbox, me)[0]
