"""The sandbox as an aiohttp application: FCM, webhooks, what they show, and faults."""

import asyncio
from collections.abc import Mapping
from typing import Any

import msgspec
from aiohttp import web

from guildhall.core.notify.sandbox import fcm
from guildhall.core.notify.sandbox.fcm import STATE
from guildhall.core.notify.sandbox.state import MODES, Fault, State

_KEPT = 1000
"""Messages that a webhook's stand-in remembers."""


def make_app(_: object = None) -> web.Application:
    """A sandbox of its own devices, webhooks and faults; may be mounted below any path. Its state is app[STATE]."""
    app = web.Application()
    app[STATE] = State()
    app.router.add_routes(
        [
            web.get("/service-account.json", fcm.service_account),
            web.post("/token", fcm.token),
            web.post("/v1/projects/{project}/messages:send", fcm.send),
            web.post("/webhooks/{name}", _webhook),
            web.get("/_sandbox/webhooks/{name}", _webhook_messages),
            web.get("/_sandbox/devices/{token}", _device),
            web.get("/_sandbox/counts", _counts),
            web.get("/_sandbox/faults", _faults),
            web.post("/_sandbox/faults", _add_fault),
            web.delete("/_sandbox/faults", _lift_faults),
        ]
    )
    return app


def overrides(_: object, address: str) -> Mapping[str, str]:
    """The environment that leads notifications to a sandbox at an address."""
    return {
        "GUILDHALL_NOTIFY_FCM_URL": address,
        "GUILDHALL_NOTIFY_FCM_SERVICE_ACCOUNT": f"{address}/service-account.json",
        "GUILDHALL_NOTIFY_WEBHOOK_PRIVATE_ADDRESSES": "true",
    }


async def _webhook(request: web.Request) -> web.Response:
    """Take a message as Discord does: 204, or 200 with the message for `wait=true`."""
    state, name = request.app[STATE], request.match_info["name"]
    state.counts["webhook_messages"] += 1
    if (slow := state.fault_for(name, "slow")) is not None:
        await asyncio.sleep(slow.seconds)
    if state.fault_for(name, "unregistered"):
        return web.json_response({"message": "Unknown Webhook", "code": 10015}, status=404)
    if (quota := state.fault_for(name, "quota")) is not None:
        body = {"message": "You are being rate limited.", "retry_after": quota.seconds, "global": False}
        return web.json_response(body, status=429, headers={"Retry-After": str(max(1, round(quota.seconds)))})
    if state.fault_for(name, "unavailable"):
        return web.Response(status=503)
    try:
        message = msgspec.json.decode(await request.read(), type=dict[str, Any])
    except msgspec.MsgspecError:
        return web.json_response({"message": "The request body contains invalid JSON.", "code": 50109}, status=400)
    if not message.get("content") or len(message["content"]) > 2000:
        return web.json_response({"message": "Cannot send an empty message", "code": 50006}, status=400)
    kept = state.hooks.setdefault(name, [])
    key = request.headers.get("Idempotency-Key")
    if key is not None and any(one["key"] == key for one in kept):
        state.counts["webhook_repeated"] += 1
    else:
        kept.append({"id": str(state.counts["webhook_messages"]), "key": key, "content": message["content"]})
        del kept[:-_KEPT]
    if request.query.get("wait") != "true":
        return web.Response(status=204)
    return web.json_response({"id": kept[-1]["id"], "content": message["content"]})


async def _webhook_messages(request: web.Request) -> web.Response:
    return _json({"messages": request.app[STATE].hooks.get(request.match_info["name"], [])})


async def _device(request: web.Request) -> web.Response:
    """Return the notifications that a device shows, oldest first."""
    token = request.match_info["token"]
    return _json({"token": token, "shows": list(request.app[STATE].devices.get(token, {}).values())})


async def _counts(request: web.Request) -> web.Response:
    """Return the counts of received messages, and of those that devices show."""
    state = request.app[STATE]
    shown = sum(map(len, state.devices.values()))
    return _json({**state.counts, "devices": len(state.devices), "shown": shown})


async def _faults(request: web.Request) -> web.Response:
    return _json({"modes": MODES, "faults": request.app[STATE].faults})


async def _add_fault(request: web.Request) -> web.Response:
    try:
        fault = msgspec.json.decode(await request.read(), type=Fault)
    except msgspec.MsgspecError as error:
        raise web.HTTPBadRequest(text=str(error)) from error
    if fault.mode not in MODES:
        raise web.HTTPBadRequest(text=f"mode must be one of {', '.join(MODES)}")
    request.app[STATE].faults.append(fault)
    return _json({"faults": request.app[STATE].faults})


async def _lift_faults(request: web.Request) -> web.Response:
    request.app[STATE].faults.clear()
    return _json({"faults": []})


def _json(value: object) -> web.Response:
    return web.Response(body=msgspec.json.encode(value), content_type="application/json")
