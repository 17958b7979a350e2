"""Links and sign-ins at a provider or with a passkey that were begun before a change: none is finished after it."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest

from guildhall.core.identity.credentials.passwords import Passwords
from guildhall.core.identity.sign_in.actions.flows import Flows
from guildhall.testing.people import make_user, sign_in
from tests.core.identity.make import Browser, stand_ins
from tests.core.identity.test_identity_credentials import EMAIL, OLD, Ann, change, move, reset, totp_on
from tests.core.identity.test_identity_passkeys import Authenticator, challenge, enter

LIVING = "select method from core.sessions where ended_at is null and method <> 'test'"


@pytest.fixture
async def servers():
    async with stand_ins() as running:
        yield running


@pytest.fixture
async def ann(start_guildhall, servers):
    server = await start_guildhall(identity={**servers.settings, "smtp_host": "127.0.0.1"}, poe2=servers.poe2)
    stored = await server.runtime.provided[Passwords].hash(OLD)
    user = await make_user(server.runtime.url, email=EMAIL, email_verified_at=datetime.now(UTC), password_hash=stored)
    return Ann(server, await sign_in(server, user))


async def begin_link(ann, browser, servers):
    """Begin a link and go to the provider; its redirect."""
    begun = await browser.request("POST", "/api/v1/me/identities/poe/start", ann.person.headers, json={})
    assert begun.status == 200, begun.body
    return await servers.approve(begun.json["authorize_url"], "Exile_One")


@pytest.mark.parametrize("change_", [change, totp_on, move])
async def test_no_link_that_began_before_a_change_ends_after_it(ann, servers, change_):
    """The session goes on: whoever else has it may have begun the link."""
    browser = Browser(ann.server)
    back = await begin_link(ann, browser, servers)
    await change_(ann)

    late = await browser.come_back(back)

    assert (late.status, late.code) == (400, "identity.bad_state")
    assert await ann.fetch("select 1 from core.identities") == []
    again = await browser.come_back(await begin_link(ann, browser, servers))
    assert again.status == 200, again.body


async def test_a_link_that_began_before_a_reset_has_no_session_after_it(ann, servers):
    browser = Browser(ann.server)
    back = await begin_link(ann, browser, servers)
    await reset(ann)

    late = await browser.come_back(back)

    assert (late.status, late.code) == (401, "identity.session_ended")
    assert await ann.fetch("select 1 from core.identities") == []


async def test_no_link_ends_after_a_change_that_came_while_the_provider_was_asked(ann, servers, monkeypatch):
    really, proven, go = Flows._prove, asyncio.Event(), asyncio.Event()

    async def held(*arguments: Any) -> Any:
        found = await really(*arguments)
        proven.set()
        await go.wait()
        return found

    monkeypatch.setattr(Flows, "_prove", held)
    browser = Browser(ann.server)
    back = await begin_link(ann, browser, servers)
    under_way = asyncio.create_task(browser.come_back(back))
    await asyncio.wait_for(proven.wait(), 20)
    await change(ann)
    go.set()

    late = await under_way

    assert (late.status, late.code) == (400, "identity.bad_state")
    assert await ann.fetch("select 1 from core.identities") == []


@pytest.mark.parametrize("change_", [change, reset])
async def test_no_sign_in_at_a_provider_that_began_before_a_change_ends_after_it(ann, servers, change_):
    browser = Browser(ann.server)
    linked = await browser.come_back(await begin_link(ann, browser, servers))
    assert linked.status == 200, linked.body
    back = await servers.approve(await browser.begin("poe"), "Exile_One")
    await change_(ann)

    late = await browser.come_back(back)

    assert (late.status, late.code) == (400, "identity.bad_state")
    assert await ann.fetch(LIVING) == []
    assert (await browser.sign_in(servers, "Exile_One", "poe")).status == 200


@pytest.mark.parametrize("change_", [change, reset])
async def test_no_sign_in_with_a_passkey_that_began_before_a_change_ends_after_it(ann, change_):
    device = Authenticator()
    begun = (await ann.ask("POST", "/me/passkeys/options", password=OLD)).json["publicKey"]
    made = await ann.ask("POST", "/me/passkeys", credential=device.create(begun), name="Laptop")
    assert made.status == 201, made.body
    answer = device.get(await challenge(ann.server))
    await change_(ann)

    late = await enter(ann.server, answer)

    assert (late.status, late.code) == (400, "identity.challenge_spent")
    assert await ann.fetch(LIVING) == []
    assert (await enter(ann.server, device.get(await challenge(ann.server)))).status == 200
