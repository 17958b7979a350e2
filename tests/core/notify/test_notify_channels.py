"""What FCM, webhooks and mail servers can answer, and what becomes of the message."""

import asyncio

import aiohttp
import pytest
from pydantic import SecretStr, ValidationError

from guildhall.clock import Clock
from guildhall.core.identity.sandbox.mailbox import Mailbox
from guildhall.core.identity.settings import IdentitySettings
from guildhall.core.notify.channels.accounts import FcmTokens, TokenRefused, parse_account
from guildhall.core.notify.channels.addresses import NotPublic, PublicResolver, host_of, is_public
from guildhall.core.notify.channels.fcm import message_of, outcome_of
from guildhall.core.notify.channels.webhook import WebhookSender, payload_of, waiting
from guildhall.core.notify.ids import DeliveryId
from guildhall.core.notify.rules.consolidation import Text
from guildhall.core.notify.sandbox.state import Fault
from guildhall.core.notify.schemas.deliveries import Outcome
from guildhall.errors import Misconfigured
from guildhall.ids import uuid7
from tests.core.notify.make import (
    SKILL,
    execute,
    make_device,
    make_pilot,
    notice,
    notify_settings,
    rows,
    sending,
    tell,
    until,
)
from tests.core.notify.test_notify_sending import add_hook


async def states(db):
    (logged,) = await rows(db)
    found = [(row["status"], row["attempts"], row["error"]) for row in await rows(db, "notification_deliveries")]
    return (logged["status"], logged["error"]), found


async def send_one(db, clone, phones, faults, **values):
    user = await make_pilot(clone, "phone")
    phones.state.faults += faults
    await tell(db, notice(user))
    async with sending(db, **{**phones.settings, **values}) as sender:
        await sender.run()
    return user


@pytest.mark.parametrize(
    ("mode", "error", "dropped"),
    [
        ("unregistered", "FCM 404 UNREGISTERED", True),
        ("invalid_token", "FCM 400 INVALID_ARGUMENT", True),
        ("sender_mismatch", "FCM 403 SENDER_ID_MISMATCH", False),
    ],
)
async def test_a_device_is_dropped_for_two_answers_and_no_other(jobs_db, clone, phones, mode, error, dropped):
    await send_one(jobs_db, clone, phones, [Fault(mode)])

    logged, deliveries = await states(jobs_db)
    (session,) = await rows(jobs_db, "sessions")
    assert logged == ("failed", error)
    assert deliveries == [("failed", 1, error)]
    assert (session["device_token"] is None) is dropped


async def test_one_device_that_has_gone_does_not_fail_what_another_has_shown(jobs_db, clone, phones):
    user = await make_pilot(clone, "phone")
    await make_device(clone, user, "malformed")
    await tell(jobs_db, notice(user))
    async with sending(jobs_db, **phones.settings) as sender:
        await sender.run()

    (logged,) = await rows(jobs_db)
    assert logged["status"] == "sent"
    assert sorted(row["status"] for row in await rows(jobs_db, "notification_deliveries")) == ["failed", "sent"]
    assert {row["device_token"] for row in await rows(jobs_db, "sessions")} == {None, "phone"}


async def test_a_device_that_moved_to_another_session_meanwhile_stays(jobs_db, clone, phones):
    user, other = await make_pilot(clone, "phone"), await make_pilot(clone)
    phones.state.faults += [Fault("slow", seconds=0.3), Fault("unregistered")]
    await tell(jobs_db, notice(user))
    async with sending(jobs_db, **phones.settings) as sender:
        run = asyncio.create_task(sender.run())
        await until(lambda: _counted(phones, "messages"))
        await execute(jobs_db, "update core.sessions set ended_at = now(), end_reason = 'replaced'")
        await make_device(clone, other, "phone")
        await run
    assert sorted(str(row["device_token"]) for row in await rows(jobs_db, "sessions")) == ["None", "phone"]


async def _counted(phones, name, count=1):
    return phones.state.counts[name] >= count


async def test_fcm_that_fails_is_tried_again_until_it_works(jobs_db, clone, phones):
    await send_one(jobs_db, clone, phones, [Fault("unavailable", count=2)])
    logged, deliveries = await states(jobs_db)
    assert (logged, deliveries) == (("sent", None), [("sent", 3, None)])
    assert phones.shown("phone") == [("Skill finished 1", "")]


async def test_attempts_end(jobs_db, clone, phones):
    await send_one(jobs_db, clone, phones, [Fault("unavailable")], attempts=3)
    logged, deliveries = await states(jobs_db)
    assert logged == ("failed", "FCM 503 UNAVAILABLE")
    assert deliveries == [("failed", 3, "FCM 503 UNAVAILABLE")]
    assert phones.state.counts["messages"] == 3


async def test_who_is_told_to_wait_waits_for_all_and_has_not_failed(jobs_db, clone, phones):
    users = [await make_pilot(clone, f"phone{number}") for number in range(20)]
    phones.state.faults.append(Fault("quota", count=1, seconds=1))
    await tell(jobs_db, *(notice(user) for user in users))
    async with sending(jobs_db, concurrency=1, attempts=2, **phones.settings) as sender:
        began = Clock().timestamp()
        await sender.run()

    assert Clock().timestamp() - began >= 1
    assert phones.state.counts["messages"] == 21  # nobody else asked in the meantime
    found = await rows(jobs_db, "notification_deliveries")
    assert {(row["status"], row["attempts"]) for row in found} == {("sent", 1)}


async def test_an_access_token_is_asked_for_once_and_anew_when_it_is_refused(jobs_db, clone, phones):
    users = [await make_pilot(clone, f"phone{number}") for number in range(30)]
    await tell(jobs_db, *(notice(user) for user in users))
    async with sending(jobs_db, **phones.settings) as sender:
        await sender.run()
        assert phones.state.counts["token_requests"] == 1

        phones.state.tokens.clear()  # as a revoked key would do
        await tell(jobs_db, *(notice(user, "2") for user in users))
        done = await sender.run()

    assert done.sent == 30
    assert phones.state.counts["token_requests"] == 2
    assert {row["attempts"] for row in await rows(jobs_db, "notification_deliveries")} == {1}


async def test_a_token_that_fcm_never_takes_is_not_asked_for_without_end(jobs_db, clone, phones):
    user = await make_pilot(clone, "phone")
    phones.state.faults.append(Fault("unauthenticated"))
    await tell(jobs_db, notice(user))
    async with sending(jobs_db, **phones.settings) as sender:
        done = await sender.run()

    assert (done.retried, phones.state.counts["token_requests"], phones.state.counts["messages"]) == (1, 2, 2)
    (delivery,) = await rows(jobs_db, "notification_deliveries")
    assert (delivery["status"], delivery["attempts"], delivery["error"]) == (
        "pending", 0, "FCM refuses our access token",
    )  # fmt: skip


async def test_a_service_account_whose_key_is_not_the_projects_is_refused(phones):
    clock = Clock()
    async with aiohttp.ClientSession() as session:
        async with session.get(phones.settings["fcm_service_account"]) as answer:
            good = await answer.text()
        tokens = FcmTokens(SecretStr(good), session, clock)
        assert (await tokens.current())[1] in phones.state.tokens
        await asyncio.gather(*(tokens.current() for _ in range(10)))
        assert tokens.asked == 1

        phones.state.__init__()  # another key from here on
        tokens.forget((await tokens.current())[1])
        with pytest.raises(TokenRefused, match="refused"):
            await tokens.current()
        assert phones.state.counts["token_refusals"] == 1


def test_accounts_are_read_from_json_and_files(tmp_path):
    text = '{"project_id": "p", "client_email": "e", "private_key": "SECRET", "token_uri": "https://t"}'
    (tmp_path / "account.json").write_text(text)
    assert parse_account(text) == parse_account(str(tmp_path / "account.json"))
    assert "SECRET" not in repr(parse_account(text))
    for bad in ("{}", str(tmp_path / "missing"), "a\x00b"):
        with pytest.raises(Misconfigured, match="FCM_SERVICE_ACCOUNT") as refused:
            parse_account(bad)
        assert "SECRET" not in str(refused.value)


def test_answers_of_fcm_that_nobody_expects():
    def told(status: int, body: bytes, wait: float | None = None) -> Outcome:
        outcome = outcome_of(status, body, wait)
        assert outcome is not None
        return outcome

    assert outcome_of(401, b"", None) is None
    apns = b'{"error": {"status": "UNAUTHENTICATED", "details": [{"errorCode": "THIRD_PARTY_AUTH_ERROR"}]}}'
    assert told(401, apns).name == "retry"
    assert told(404, b"<html>") == told(404, b"{}")
    assert not told(404, b"{}").gone  # a wrong project is no reason to forget devices
    assert not told(400, b'{"error": {"details": [{"fieldViolations": [{"field": "message.data"}]}]}}').gone
    assert told(429, b"").wait == 60
    assert told(500, b"", 7.0).wait == 7.0


def test_a_message_collapses_on_every_platform_under_one_key():
    delivery = DeliveryId(uuid7())
    message = message_of(delivery, "t", Text("a", "b", {"x": "1"}), 1e9)
    key = message["android"]["collapse_key"]
    assert key == message["android"]["notification"]["tag"] == message["apns"]["headers"]["apns-collapse-id"]
    assert key == message["webpush"]["headers"]["Topic"] == message["webpush"]["notification"]["tag"] == delivery.hex
    assert len(key) <= 32
    assert message["android"]["ttl"] == f"{28 * 86400}s"


async def test_a_webhook_is_told_in_words_that_mention_nobody(jobs_db, clone, phones):
    user = await make_pilot(clone)
    hook = await add_hook(jobs_db, user, phones)
    await tell(jobs_db, notice(user, body="@everyone look"))
    async with sending(jobs_db, **phones.settings) as sender:
        await sender.run()

    assert phones.said("hook") == ["**Skill finished 1**\n@everyone look"]
    (delivery,) = await rows(jobs_db, "notification_deliveries")
    assert (delivery["channel"], delivery["target"], delivery["status"]) == ("webhook", hook, "sent")
    assert phones.state.hooks["hook"][0]["key"] == str(delivery["id"])
    assert delivery["provider_id"] == phones.state.hooks["hook"][0]["id"]
    assert payload_of(Text("t", "b" * 5000, {}))["allowed_mentions"] == {"parse": []}
    assert len(payload_of(Text("t", "b" * 5000, {}))["content"]) == 2000


async def test_a_webhook_that_says_wait_is_waited_for(jobs_db, clone, phones):
    user = await make_pilot(clone)
    await add_hook(jobs_db, user, phones)
    phones.state.faults.append(Fault("quota", count=1, seconds=0.3))
    await tell(jobs_db, notice(user))
    began = Clock().timestamp()
    async with sending(jobs_db, **phones.settings) as sender:
        await sender.run()

    assert 0.3 <= Clock().timestamp() - began < 5
    assert len(phones.said("hook")) == 1
    assert (await states(jobs_db))[1] == [("sent", 1, None)]


async def test_a_webhook_that_is_gone_is_turned_off(jobs_db, clone, phones):
    user = await make_pilot(clone)
    await add_hook(jobs_db, user, phones)
    phones.state.faults.append(Fault("unregistered"))
    await tell(jobs_db, notice(user))
    async with sending(jobs_db, **phones.settings) as sender:
        await sender.run()
        (hook,) = await rows(jobs_db, "notification_webhooks")
        assert (hook["disabled_at"] is not None, hook["error"]) == (True, "the webhook answered 404")

        await tell(jobs_db, notice(user, "2"))
        await sender.run()
    assert phones.state.counts["webhook_messages"] == 1
    assert [row["status"] for row in await rows(jobs_db)] == ["failed", "sent"]


async def test_a_webhook_that_fails_again_and_again_is_turned_off_and_success_forgives(jobs_db, clone, phones):
    user = await make_pilot(clone)
    await add_hook(jobs_db, user, phones)
    async with sending(jobs_db, attempts=1, webhook_failures=2, **phones.settings) as sender:
        for number, faults in enumerate([1, 0, 1, 1]):
            phones.state.faults[:] = [Fault("unavailable", count=faults)]
            await tell(jobs_db, notice(user, str(number)))
            await sender.run()
            (hook,) = await rows(jobs_db, "notification_webhooks")
            assert (hook["failures"], hook["disabled_at"] is not None) == [
                (1, False), (0, False), (1, False), (2, True),
            ][number]  # fmt: skip


async def test_a_sealed_address_that_does_not_open_fails_alone(jobs_db, clone, phones):
    user = await make_pilot(clone, "phone")
    await add_hook(jobs_db, user, phones)
    await execute(jobs_db, "update core.notification_webhooks set id = gen_random_uuid()")  # moved to another row
    await tell(jobs_db, notice(user))
    async with sending(jobs_db, **phones.settings) as sender:
        await sender.run()
    assert len(phones.shown("phone")) == 1
    assert phones.state.counts["webhook_messages"] == 0
    assert sorted(row["status"] for row in await rows(jobs_db, "notification_deliveries")) == ["failed", "sent"]


@pytest.mark.parametrize(
    "url",
    [
        "http://discord.com/api/webhooks/1/x",
        "ftp://discord.com/x",
        "https://127.0.0.1/x",
        "https://127.1/x",
        "https://2130706433/x",
        "https://0x7f.1/x",
        "https://10.1.2.3/x",
        "https://169.254.169.254/latest/meta-data",
        "https://100.64.0.1/x",
        "https://0.0.0.0/x",
        "https://224.0.0.1/x",
        "https://[::1]/x",
        "https://[::]/x",
        "https://[fe80::1]/x",
        "https://[fd00::1]/x",
        "https://[::ffff:10.0.0.1]/x",
        "https://[64:ff9b::a00:1]/x",
        "https://[2002:a00:1::]/x",
        "https://localhost/x",
        "https://db.internal/x",
        "https://intranet/x",
        "https://user:pw@discord.com/x",
        "https://discord.com:0/x",
        "https://discord.com:99999/x",
        "https:///x",
        "https://discord.com/a b",
        "https://discord.com/\r\nX: y",
        "https://[half/x",
        "nonsense",
        "",
    ],
)
def test_addresses_that_a_webhook_may_not_have(url):
    with pytest.raises(ValueError, match=r"\w"):
        host_of(url, private=False)


def test_addresses_that_a_webhook_may_have():
    assert host_of("https://discord.com/api/webhooks/1/x", private=False) == "discord.com"
    assert host_of("https://1.1.1.1:8443/x", private=False) == "1.1.1.1"
    assert host_of("http://127.0.0.1:9/x", private=True) == "127.0.0.1"
    assert is_public("2606:4700::1111")
    assert not is_public("nonsense")
    assert waiting("https://d/x?thread_id=1#f") == "https://d/x?thread_id=1&wait=true"
    assert waiting("https://d/x") == waiting("https://d/x?wait=true") == "https://d/x?wait=true"


async def test_a_name_that_leads_into_our_network_is_refused_when_it_is_connected_to(phones):
    """What a name leads to is looked at where it is connected to: looking before would be too early."""
    resolver = PublicResolver(private=False)
    with pytest.raises(NotPublic):
        await resolver.resolve("localhost", 443)
    allowed = PublicResolver(private=True)
    assert await allowed.resolve("localhost", 443)
    port = phones.address.rpartition(":")[2]
    connector = aiohttp.TCPConnector(resolver=resolver)
    async with aiohttp.ClientSession(connector=connector) as session:
        with pytest.raises(aiohttp.ClientConnectorError, match="private address"):
            await session.post(f"http://localhost:{port}/webhooks/x")
        sender = WebhookSender(session, Clock(), private=True)
        outcome = await sender.post(f"http://localhost:{port}/webhooks/x", DeliveryId(uuid7()), Text("t", "b", {}))
    assert outcome == Outcome("failed", error="The webhook's name leads to a private address.")
    assert phones.state.counts["webhook_messages"] == 0


async def test_a_webhook_that_the_settings_allow_no_more_fails_in_words(jobs_db, clone, phones):
    user = await make_pilot(clone)
    await add_hook(jobs_db, user, phones)
    await tell(jobs_db, notice(user))
    settings = {**phones.settings, "webhook_private_addresses": False}
    async with sending(jobs_db, **settings) as sender:
        await sender.run()
    logged, _ = await states(jobs_db)
    assert logged == ("failed", "A webhook's address begins with https://.")


async def test_mail_goes_to_verified_addresses_of_those_who_want_it(jobs_db, clone):
    preference = "insert into core.notification_preferences (user_id, type, channel, enabled) values ($1, $2, $3, true)"
    told = []
    for name, verified in (("wants", "now()"), ("unverified", "null")):
        user = await make_pilot(clone, email=f"{name}@example.com")
        await execute(jobs_db, f"update core.users set email_verified_at = {verified} where id = $1", user)
        await execute(jobs_db, preference, user, SKILL.type, "email")
        told.append(notice(user, body="Gunnery V"))
    silent = await make_pilot(clone, email="silent@example.com")
    await execute(jobs_db, "update core.users set email_verified_at = now() where id = $1", silent)
    await tell(jobs_db, *told, notice(silent))
    mailbox = Mailbox(0)
    await mailbox.start()
    identity = IdentitySettings(
        _env_file=None,  # type: ignore[call-arg]
        smtp_host="127.0.0.1",
        smtp_port=mailbox.port,
        smtp_tls="none",
        smtp_from="Guildhall <notices@guildhall.example>",
    )
    try:
        async with sending(jobs_db, identity=identity) as sender:
            done = await sender.run()
    finally:
        await mailbox.stop()

    (delivery,) = await rows(jobs_db, "notification_deliveries")
    assert (done.sent, delivery["channel"], delivery["status"]) == (1, "email", "sent")
    (mail,) = mailbox.messages
    assert mail["to"] == ["wants@example.com"]
    assert mail["subject"] == "Skill finished 1"
    assert mail["message_id"] == f"<{delivery['id']}@guildhall.example>"
    assert mail["text"].strip() == "Gunnery V"


def test_a_lease_is_longer_than_two_sendings():
    with pytest.raises(ValidationError, match="lease_seconds"):
        notify_settings(send_seconds=10, lease_seconds=10)
