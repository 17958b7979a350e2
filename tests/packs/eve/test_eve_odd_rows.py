"""Every list of ESI with each field of one row made odd: the other rows are stored, and nothing known is deleted."""

from typing import Any

import msgspec
import pytest

from guildhall.core.upstream.rows import NoSoundRow
from guildhall.packs.eve.characters import actions as characters_actions
from guildhall.packs.eve.game_notifications import actions as sync_location
from guildhall.packs.eve.industry import actions as industry_actions
from guildhall.packs.eve.mails.actions import fetch as sync_mail
from guildhall.packs.eve.mails.actions import lists as mail_lists
from guildhall.packs.eve.market import views as universe
from guildhall.packs.eve.orders import actions as sync_orders
from guildhall.packs.eve.planets import actions as planets_actions
from guildhall.packs.eve.skills import actions as sync_skills
from guildhall.packs.eve.status import actions as status_actions
from guildhall.packs.eve.universe.actions import names
from guildhall.packs.eve.wallet import actions as sync_wallet
from guildhall.sandbox.spoiled import with_odd_row
from tests.packs.eve.make import running_engine, running_sandbox

ODD: list[Any] = [
    None,
    "x",
    57.5,
    -1.5,
    {},
    [],
    10**30,
    "0001-01-01T00:00:00+05:00",
    "9999-12-31T23:59:59-05:00",
    "NaN",
]
ME = "/characters/{me}"
LISTS: dict[str, Any] = {
    f"{ME}/skills": sync_skills._SHEET, f"{ME}/skillqueue": sync_skills._QUEUE, f"{ME}/mail": mail_lists.MAILS,
    f"{ME}/mail/labels": sync_mail._LABELS, f"{ME}/mail/lists": sync_mail._LISTS, f"{ME}/orders": sync_orders._ORDERS,
    f"{ME}/orders/history": sync_orders._ORDERS, f"{ME}/industry/jobs": industry_actions._JOBS,
    f"{ME}/planets": planets_actions._PLANETS, f"{ME}/wallet/journal": sync_wallet._JOURNAL,
    f"{ME}/wallet/transactions": sync_wallet._TRANSACTIONS, f"{ME}/notifications": sync_location._NOTIFICATIONS,
    "/meta/status": status_actions._META, "/markets/10000002/orders?order_type=all": universe._orders,
    "/markets/10000002/history?type_id=34": universe._days, "/markets/prices": universe._prices,
}  # fmt: skip
POSTS: dict[str, Any] = {"/universe/names": names._names, "/characters/affiliation": characters_actions._GIVEN}
SECTIONS = {
    "skills": ("skills", ".*/skills$"), "skill_queue": ("skill_queue", ".*/skillqueue$"), "mail": ("mails", ".*/mail$"),
    "mail_labels": ("mail_labels", ".*/mail/labels$"), "orders": ("market_orders", ".*/orders$"),
    "order_history": ("market_orders", ".*/orders/history$"), "industry": ("industry_jobs", ".*/industry/jobs$"),
    "planets": ("planets", ".*/planets$"), "wallet_journal": ("wallet_journal", ".*/journal$"),
    "wallet_transactions": ("wallet_transactions", ".*/transactions$"),
    "notifications": ("character_notifications", ".*/notifications$"),
}  # fmt: skip
"""Sections of rows, with the table and the path."""


@pytest.fixture
async def sandbox():
    async with running_sandbox() as running:
        yield running


@pytest.fixture
async def engine(clone, sandbox):
    async with running_engine(clone, sandbox) as running:
        yield running


def rows_of(value):
    if isinstance(value, msgspec.Struct):
        lists = [one for one in msgspec.structs.astuple(value) if isinstance(one, list)]
        return lists[0]
    return value


@pytest.mark.parametrize("path", [*LISTS, *POSTS])
async def test_one_odd_row_is_dropped_and_the_others_are_kept(engine, sandbox, path):
    me = sandbox.pilots[0]
    headers = {"Authorization": f"Bearer {sandbox.access_token(me)}", "Content-Type": "application/json"}
    reader = LISTS.get(path) or POSTS[path]
    exchange = await engine.client.exchange(
        path, path.format(me=me), headers=headers, method="POST" if path in POSTS else "GET",
        body=msgspec.json.encode(sandbox.pilots[:3]) if path in POSTS else None,
    )  # fmt: skip
    assert exchange.status == 200
    answer = msgspec.json.decode(exchange.body)
    plain = reader.read(exchange.body)
    whole = len(rows_of(plain.value))
    fields = {field for row in (answer if isinstance(answer, list) else rows_list(answer)) for field in row}
    assert plain.dropped == 0
    assert whole > 0
    if whole == 1:  # a second one, for the first to be odd beside
        if isinstance(answer, list):
            answer = [*answer, *answer]
        else:
            answer = {**answer, first_list(answer): [*rows_list(answer), *rows_list(answer)]}
        whole = 2

    dropped = 0
    for place in (0, -1):
        for field in [*sorted(fields), None]:
            for value in ODD:
                found = reader.read(msgspec.json.encode(with_odd_row(answer, place, field, value)))
                kept = len(rows_of(found.value))
                assert kept >= whole - 1, (place, field, value)
                assert found.dropped >= whole - kept
                dropped += found.dropped
    assert dropped > len(fields)


def first_list(answer):
    return next(name for name, value in answer.items() if isinstance(value, list) and value)


def rows_list(answer):
    return answer[first_list(answer)]


@pytest.mark.parametrize("path", LISTS)
async def test_without_one_sound_row_an_answer_is_none(engine, sandbox, path):
    reader = LISTS[path]
    odd: list[Any] = [{"odd": True}, 5]
    bodies: list[Any] = (
        [odd] if "list[" in str(reader.shape) else [{"skills": odd, "labels": odd, "routes": odd, "total_sp": 1}]
    )
    for body in bodies:
        if reader is mail_lists.MAILS:
            body[0]["mail_id"] = "x"
        if reader is sync_mail._LABELS:
            body["labels"] = [{"label_id": "x"}]
        with pytest.raises((msgspec.ValidationError, NoSoundRow)):
            reader.read(msgspec.json.encode(body))


@pytest.mark.parametrize("section", SECTIONS)
async def test_a_sync_keeps_what_is_sound_and_deletes_nothing_for_an_odd_row(engine, sandbox, section):
    me = sandbox.pilots[0]
    character = await engine.sign_in(me)
    table, path = SECTIONS[section]
    await engine.sync(character, requested=True)
    before = await engine.of(table, character)
    assert before
    states = {one["state"] for one in before} if table == "market_orders" else set()
    sandbox.pass_time(3700)
    sandbox.forget()
    sandbox.fault("odd_row", path, value={"mail_id": "x", "label_id": "x"}, row=-1)

    report = await engine.sync(character, requested=True)

    assert report.failed == {}
    after = await engine.of(table, character)
    assert len(after) >= len(before)
    assert sum(engine.client.odd_rows.values()) > 0
    if section == "orders":
        assert {one["state"] for one in after} <= states


@pytest.mark.parametrize("path", ["/wallet/transactions", "/mail"])
async def test_a_list_that_goes_no_lower_ends_and_keeps_what_it_gave(engine, sandbox, path):
    character = await engine.sign_in(sandbox.pilots[0])
    sandbox.fault("no_lower", f".*{path}$")

    report = await engine.sync(character, requested=True)

    assert report.failed == {}
    assert await engine.of("wallet_transactions", character)
    assert await engine.of("mails", character)
