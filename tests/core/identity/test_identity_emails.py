"""Mail: sent once, to the right address, with links that work once; and what it never tells."""

import asyncio
import contextlib
from typing import Any

import asyncpg
import pytest
from aiohttp import web
from msgspec import json

from guildhall.clock import Clock
from guildhall.core.identity.credentials.passwords import Passwords
from guildhall.core.identity.emails.errors import MailNotConfigured, MailRefused, MailUnavailable
from guildhall.core.identity.emails.mailer import Mailer
from guildhall.core.identity.sandbox.mailbox import mailbox_overrides, make_mailbox
from guildhall.core.identity.settings import IdentitySettings
from guildhall.core.identity.upkeep.messages import TidyAccounts
from guildhall.core.jobs.actions import send
from guildhall.errors import Misconfigured
from guildhall.testing.people import make_user, sign_in

GOOD = "correct horse battery"
ANN = "ann@example.com"


def mail_settings(**values):
    """The settings from these values alone."""
    kind: Any = IdentitySettings
    return kind(_env_file=None, **values)


@pytest.fixture
async def mailer(post):
    made = Mailer(mail_settings(**post.settings), Clock())
    yield made
    await made.close()


@pytest.fixture
async def server(start_guildhall, post):
    return await start_guildhall(identity=post.settings)


@pytest.fixture
async def worker(start_worker, post):
    return await start_worker(identity=post.settings)


async def ask(server, path, **body):
    return await server.post(f"/api/v1{path}", json=body)


async def signed_up(server, worker, post, email=ANN, password=GOOD):
    answer = await ask(server, "/auth/sign-up", email=email, password=password, name="Ann")
    assert answer.status == 202, answer.body
    await worker.idle()
    return post.token(email)


async def has_account(server, worker, post):
    token = await signed_up(server, worker, post)
    answer = await ask(server, "/auth/verify-email", token=token, password=GOOD)
    assert answer.status == 204, answer.body


async def sql(server, statement):
    connection = await asyncpg.connect(server.runtime.url)
    try:
        return await connection.fetch(statement)
    finally:
        await connection.close()


async def test_a_mail_arrives_as_it_was_sent(mailer, post):
    await mailer.send(ANN, "Grüße", "Zeile eins\n.\nZeile zwei", "<p>eins</p>", message_id="m-1")

    (mail,) = post.box.messages
    assert (mail["from"], mail["to"], mail["subject"]) == ("guildhall@localhost", [ANN], "Grüße")
    assert mail["text"].splitlines() == ["Zeile eins", ".", "Zeile zwei"]
    assert mail["html"].strip() == "<p>eins</p>"
    assert mail["message_id"] == "<m-1@localhost>"


async def test_a_connection_is_used_again_and_made_anew_when_the_server_hung_up(mailer, post):
    for number in range(3):
        await mailer.send(ANN, "One", "…", message_id=f"m-{number}")
    assert post.box.connections == 1
    for writer in list(post.box._writers):
        writer.close()
    await asyncio.sleep(0.05)

    await mailer.send(ANN, "Two", "…", message_id="m-4")

    assert post.box.connections == 2
    assert len(post.box.messages) == 4


async def test_many_at_once_share_so_many_connections(post):
    mailer = Mailer(mail_settings(**post.settings, smtp_connections=3), Clock())

    await asyncio.gather(*(mailer.send(ANN, "Hello", "…", message_id=f"m-{n}") for n in range(30)))
    await mailer.close()

    assert len(post.box.messages) == 30
    assert post.box.connections <= 3


@pytest.mark.parametrize(("code", "error"), [(550, MailRefused), (451, MailUnavailable)])
async def test_a_refusal_is_for_good_or_for_now(mailer, post, code, error):
    post.box.refuse = code

    with pytest.raises(error) as caught:
        await mailer.send(ANN, "Hello", "…", message_id="m-1")

    assert ANN not in str(caught.value)
    post.box.refuse = None
    await mailer.send(ANN, "Hello", "…", message_id="m-1")
    assert len(post.box.messages) == 1


@pytest.mark.parametrize(
    ("to", "subject"),
    [("ann@example.com\r\nBcc: all@example.com", "Hello"), (ANN, "Hello\r\nBcc: all@example.com"), ("", "Hello")],
)
async def test_nobody_slips_a_header_in(mailer, post, to, subject):
    with pytest.raises(MailRefused):
        await mailer.send(to, subject, "…", message_id="m-1")

    assert post.box.messages == []


async def test_a_server_that_is_away_may_come_back():
    settings = mail_settings(smtp_host="127.0.0.1", smtp_port=1, smtp_tls="none")

    with pytest.raises(MailUnavailable):
        await Mailer(settings, Clock()).send(ANN, "Hello", "…", message_id="m-1")


async def test_without_a_server_nothing_is_sent_and_said_so():
    with pytest.raises(MailNotConfigured):
        await Mailer(mail_settings(), Clock()).send(ANN, "Hello", "…", message_id="m-1")


def test_a_sender_that_is_none_is_told_at_the_start():
    with pytest.raises(Misconfigured, match="SMTP_FROM"):
        Mailer(mail_settings(smtp_from="nobody at all"), Clock())


async def test_the_mailbox_is_read_over_http(mailer, post, guildhall):
    await mailer.send(ANN, "Hello", "…", message_id="m-1")
    await mailer.send("ben@example.com", "Hello", "…", message_id="m-2")

    async with guildhall.session.get(f"{post.address}/messages", params={"to": ANN}) as answer:
        assert [mail["message_id"] for mail in await answer.json()] == ["<m-1@localhost>"]
    async with guildhall.session.delete(f"{post.address}/messages") as answer:
        assert answer.status == 204
    assert post.box.messages == []


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/auth/sign-up", {"email": ANN, "password": GOOD, "name": "Ann"}),
        ("/auth/password-reset", {"email": ANN}),
        ("/me/email", {"email": ANN}),
    ],
)
async def test_where_no_mail_is_sent_the_features_say_so(guildhall, path, body):
    person = await sign_in(guildhall)

    answer = await guildhall.post(f"/api/v1{path}", json=body, headers=person.headers)

    assert (answer.status, answer.code) == (503, "identity.mail_not_configured")


async def test_a_sign_up_counts_once_its_address_is_confirmed_with_its_password(server, worker, post):
    token = await signed_up(server, worker, post)

    assert (await ask(server, "/auth/sign-in", email=ANN, password=GOOD)).status == 401
    without = await ask(server, "/auth/verify-email", token=token)
    wrong = await ask(server, "/auth/verify-email", token=token, password="another password")
    right = await ask(server, "/auth/verify-email", token=token, password=GOOD)
    again = await ask(server, "/auth/verify-email", token=token, password=GOOD)

    assert [one.status for one in (without, wrong, right, again)] == [403, 401, 204, 400]
    assert again.code == "identity.link_spent"
    tokens = (await ask(server, "/auth/sign-in", email=ANN, password=GOOD)).json
    me = (await server.get("/api/v1/me", headers={"Authorization": f"Bearer {tokens['access_token']}"})).json
    assert (me["email"], me["name"], me["has_password"]) == (ANN, "Ann", True)
    assert me["email_verified_at"] is not None


async def test_a_sign_up_with_a_known_address_is_answered_alike_and_tells_only_its_owner(server, worker, post):
    await has_account(server, worker, post)
    new = await ask(server, "/auth/sign-up", email="new@example.com", password=GOOD, name="Ann")
    known = await ask(server, "/auth/sign-up", email=ANN, password="a thief's password", name="Thief")
    await worker.idle()

    assert (new.status, new.body) == (known.status, known.body)
    assert post.to(ANN)[-1]["subject"] == "Guildhall: You have an account already"
    assert (await ask(server, "/auth/sign-in", email=ANN, password="a thief's password")).status == 401
    assert (await ask(server, "/auth/sign-in", email=ANN, password=GOOD)).status == 200
    assert len(await sql(server, "select from core.users where name = 'Thief'")) == 0


async def test_two_sign_ups_of_one_address_do_not_mix(server, worker, post):
    thiefs = await signed_up(server, worker, post, password="a thief's password")
    owners = await signed_up(server, worker, post)

    assert (await ask(server, "/auth/verify-email", token=thiefs, password=GOOD)).status == 401
    assert (await ask(server, "/auth/verify-email", token=owners, password=GOOD)).status == 204
    assert (await ask(server, "/auth/verify-email", token=thiefs, password="a thief's password")).status == 400
    assert (await ask(server, "/auth/sign-in", email=ANN, password="a thief's password")).status == 401
    assert (await ask(server, "/auth/sign-in", email=ANN, password=GOOD)).status == 200


async def test_a_reset_sets_the_password_ends_all_sessions_and_works_once(server, worker, post):
    await has_account(server, worker, post)
    tokens = (await ask(server, "/auth/sign-in", email=ANN, password=GOOD)).json
    assert (await ask(server, "/auth/password-reset", email=ANN)).status == 202
    await worker.idle()
    token = post.token(ANN)

    weak = await ask(server, "/auth/password-reset/confirm", token=token, password="password123")
    done = await ask(server, "/auth/password-reset/confirm", token=token, password="staple staple staple")
    again = await ask(server, "/auth/password-reset/confirm", token=token, password="thief thief thief")
    await worker.idle()

    assert [one.status for one in (weak, done, again)] == [422, 204, 400]
    me = await server.get("/api/v1/me", headers={"Authorization": f"Bearer {tokens['access_token']}"})
    assert me.status == 401
    assert (await ask(server, "/auth/sign-in", email=ANN, password=GOOD)).status == 401
    assert (await ask(server, "/auth/sign-in", email=ANN, password="staple staple staple")).status == 200
    assert post.to(ANN)[-1]["subject"] == "Guildhall: Your password was reset"


async def test_of_many_resets_at_once_one_wins(server, worker, post):
    await has_account(server, worker, post)
    await ask(server, "/auth/password-reset", email=ANN)
    await worker.idle()
    token = post.token(ANN)

    answers = await asyncio.gather(
        *(
            ask(server, "/auth/password-reset/confirm", token=token, password=f"staple staple {number}")
            for number in range(16)
        )
    )

    assert sorted(one.status for one in answers) == [204] + [400] * 15


async def test_a_reset_is_good_for_half_an_hour_and_a_newer_one_takes_its_place(server, worker, post):
    await has_account(server, worker, post)
    await ask(server, "/auth/password-reset", email=ANN)
    await worker.idle()
    first = post.token(ANN)
    await ask(server, "/auth/password-reset", email=ANN)
    await worker.idle()
    second = post.token(ANN)

    replaced = await ask(server, "/auth/password-reset/confirm", token=first, password="staple staple staple")
    lives = await sql(server, "select extract(epoch from expires_at - created_at)::int from core.email_tokens")
    await sql(server, "update core.email_tokens set expires_at = now() - interval '1 second'")
    late = await ask(server, "/auth/password-reset/confirm", token=second, password="staple staple staple")

    assert (first != second, [row[0] for row in lives]) == (True, [1800])
    assert [(one.status, one.code) for one in (replaced, late)] == [(400, "identity.link_spent")] * 2


async def test_a_reset_for_nobody_is_answered_alike_and_sends_nothing(server, worker, post):
    await has_account(server, worker, post)
    await make_user(server.runtime.url, email="unproven@example.com")
    sent = len(post.box.messages)
    answers = [
        await ask(server, "/auth/password-reset", email=one)
        for one in (ANN, "nobody@example.com", "unproven@example.com")
    ]
    await worker.idle()

    assert {(one.status, one.body) for one in answers} == {(202, answers[0].body)}
    assert [mail["to"] for mail in post.box.messages[sent:]] == [[ANN]]


async def test_nobody_is_flooded_with_mails(start_guildhall, worker, post):
    server = await start_guildhall(identity={**post.settings, "mails_per_hour": 3})
    await has_account(server, worker, post)  # the first of three

    answers = [await ask(server, "/auth/password-reset", email=ANN) for _ in range(10)]
    await worker.idle()

    assert {one.status for one in answers} == {202}
    # that of the second may find its link replaced before it leaves
    assert len(await sql(server, "select from core.jobs where job_type = 'identity.send_token_mail'")) == 3
    assert 2 <= len(post.to(ANN)) <= 3


async def test_an_address_changes_when_the_new_one_is_confirmed_and_the_old_one_hears_of_it(server, worker, post):
    stored = await server.runtime.provided[Passwords].hash(GOOD)
    now = server.runtime.clock.now()
    ann = await sign_in(server, email=ANN, email_verified_at=now, password_hash=stored)

    async def change(**body):
        return await server.post("/api/v1/me/email", json=body, headers=ann.headers)

    assert (await change(email="new@example.com")).code == "identity.proof_needed"
    assert (await change(email="new@example.com", password=GOOD)).status == 202
    await worker.idle()
    assert (await server.get("/api/v1/me", headers=ann.headers)).json["email"] == ANN
    assert post.to(ANN)[-1]["subject"] == "Guildhall: The address of your account is about to change"
    verified = await ask(server, "/auth/verify-email", token=post.token("new@example.com"))
    assert verified.status == 204, verified.body

    assert (await server.get("/api/v1/me", headers=ann.headers)).json["email"] == "new@example.com"


async def test_an_address_of_somebody_else_is_not_taken_nor_told(server, worker, post):
    await make_user(server.runtime.url, email="ben@example.com", email_verified_at=server.runtime.clock.now())
    ann = await sign_in(server)

    answer = await server.post("/api/v1/me/email", json={"email": "ben@example.com"}, headers=ann.headers)
    await worker.idle()

    assert answer.status == 202
    assert [mail["subject"] for mail in post.to("ben@example.com")] == [
        "Guildhall: Somebody wanted to use your address"
    ]
    assert (await server.get("/api/v1/me", headers=ann.headers)).json["email"] is None


async def test_the_queue_holds_neither_tokens_nor_addresses(server, worker, post):
    token = await signed_up(server, worker, post)

    rows = await sql(server, "select to_jsonb(j)::text from core.jobs j")
    links = await sql(server, "select to_jsonb(t)::text from core.email_tokens t")

    assert rows
    assert not any(token in row[0] or ANN in row[0] for row in rows)
    assert not any(token in row[0] for row in links)


async def test_a_mail_that_is_refused_for_good_is_a_dead_letter_without_the_address(server, worker, post):
    post.box.refuse = 550
    await ask(server, "/auth/sign-up", email=ANN, password=GOOD, name="Ann")
    await worker.idle()

    (row,) = await sql(server, "select status, attempts, error from core.jobs")

    assert (row["status"], row["attempts"]) == ("failed", 1)
    assert ANN not in row["error"]


async def test_a_mail_waits_for_a_server_that_is_away_for_now(server, worker, post):
    post.box.refuse = 451
    await ask(server, "/auth/sign-up", email=ANN, password=GOOD, name="Ann")
    await asyncio.sleep(0.3)
    assert post.box.messages == []

    post.box.refuse = None
    await worker.idle()

    assert len(post.to(ANN)) == 1


async def test_links_lead_where_the_settings_say(start_guildhall, start_worker, post):
    settings = {**post.settings, "link_url": "nomad://account/{action}?token={token}"}
    server, worker = await start_guildhall(identity=settings), await start_worker(identity=settings)
    await ask(server, "/auth/sign-up", email=ANN, password=GOOD, name="Ann")
    await worker.idle()

    assert "nomad://account/verify-email?token=" in post.to(ANN)[0]["text"]


async def test_sign_ups_that_nobody_confirmed_are_forgotten(server, worker, post):
    await signed_up(server, worker, post)
    await sql(server, "update core.users set created_at = created_at - interval '2 days'")
    await make_user(server.runtime.url, name="Pilot")  # came by a game alone
    async with worker.runtime.db.write() as tx:
        await send(tx, TidyAccounts())
    await worker.idle()

    assert [row["name"] for row in await sql(server, "select name from core.users")] == ["Pilot"]
    (done,) = await sql(server, "select result from core.jobs where job_type = 'identity.tidy_accounts'")
    assert json.decode(done["result"])["sign_ups"] == 1


async def test_the_sandbox_tells_the_port_that_its_mailbox_really_has():
    async with contextlib.AsyncExitStack() as stack:
        other = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
        taken = other.sockets[0].getsockname()[1]
        stack.callback(other.close)
        settings = IdentitySettings.model_construct(sandbox_smtp_port=taken)
        runner = web.AppRunner(make_mailbox(settings), access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)

        port = int(mailbox_overrides(settings, "")["GUILDHALL_IDENTITY_SMTP_PORT"])

        assert port != taken
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        assert (await reader.readline()).startswith(b"220 mailbox.sandbox")
        writer.close()
        await writer.wait_closed()
