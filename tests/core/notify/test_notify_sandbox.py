"""The stand-ins over HTTP, as somebody without keys meets them."""

from typing import Any

import aiohttp
import msgspec

from guildhall.core.notify.sandbox import overrides
from guildhall.core.notify.settings import NotifySettings
from tests.core.notify.make import make_pilot, notice, sending, tell


async def test_a_device_and_the_counts_show_what_was_sent(jobs_db, clone, phones):
    user = await make_pilot(clone, "phone")
    await tell(jobs_db, notice(user, body="Gunnery V"))
    async with sending(jobs_db, **phones.settings) as sender:
        await sender.run()

    async with aiohttp.ClientSession(f"{phones.address}/") as session:
        async with session.get("_sandbox/devices/phone") as answer:
            (shown,) = (await answer.json())["shows"]
        async with session.get("_sandbox/counts") as answer:
            counts = await answer.json()
    assert (shown["title"], shown["body"], shown["arrivals"]) == ("Skill finished 1", "Gunnery V", 1)
    assert counts == {"token_requests": 1, "messages": 1, "accepted": 1, "devices": 1, "shown": 1}


async def test_fcm_refuses_what_fcm_would_refuse(phones):
    async with aiohttp.ClientSession(f"{phones.address}/") as session:
        phones.state.tokens["good"] = 1e12
        url = "v1/projects/guildhall-sandbox/messages:send"

        async def send(message, token="good"):
            headers = {"Authorization": f"Bearer {token}"}
            async with session.post(url, data=msgspec.json.encode(message), headers=headers) as answer:
                return answer.status, msgspec.json.decode(await answer.read())

        assert (await send({"message": {"token": "t"}}, "bad"))[0] == 401
        refused: list[dict[str, Any]] = [
            {},
            {"message": {}},
            {"message": {"token": ""}},
            {"message": {"token": "t", "data": {"n": 1}}},
            {"message": {"token": "t", "data": {"from": "x"}}},
            {"message": {"token": "t", "data": {"x": "y" * 5000}}},
            {"message": {"token": "t", "webpush": {"headers": {"Topic": "x" * 33}}}},
        ]
        for message in refused:
            status, body = await send(message)
            assert (status, body["error"]["status"]) == (400, "INVALID_ARGUMENT"), message
        assert (await send({"message": {"token": "t", "data": {"n": "1"}}}))[0] == 200
        async with session.post("v1/projects/other/messages:send", headers={"Authorization": "Bearer good"}) as answer:
            assert answer.status == 403
    assert phones.state.counts["accepted"] == 1


async def test_faults_come_and_go_by_http(phones):
    async with aiohttp.ClientSession(f"{phones.address}/") as session:
        async with session.post("_sandbox/faults", data='{"mode": "quota", "count": 1, "seconds": 0.5}') as answer:
            assert len((await answer.json())["faults"]) == 1
        for bad in ('{"mode": "nonsense"}', "{}", "["):
            async with session.post("_sandbox/faults", data=bad) as answer:
                assert answer.status == 400
        async with session.post("webhooks/x?wait=true", data='{"content": "hello"}') as answer:
            assert (answer.status, (await answer.json())["retry_after"]) == (429, 0.5)
        async with session.post("webhooks/x", data='{"content": "hello"}') as answer:
            assert answer.status == 204
        async with session.get("_sandbox/webhooks/x") as answer:
            assert [one["content"] for one in (await answer.json())["messages"]] == ["hello"]
        async with session.delete("_sandbox/faults") as answer:
            assert (await answer.json())["faults"] == []


def test_the_environment_leads_to_the_sandbox(monkeypatch):
    for name, value in overrides(None, "http://127.0.0.1:8090/notify").items():
        monkeypatch.setenv(name, value)
    settings = NotifySettings(_env_file=None)  # type: ignore[call-arg]
    assert settings.fcm_url == "http://127.0.0.1:8090/notify"
    assert settings.webhook_private_addresses
