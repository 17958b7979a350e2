"""FCM's HTTP v1 API: the token endpoint of its service accounts, and messages:send.

Shapes and codes after https://firebase.google.com/docs/reference/fcm/rest/v1/ErrorCode.
"""

import asyncio
import os
import time
from typing import Any

import msgspec
from aiohttp import web
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from guildhall.core.notify.sandbox.state import State, random_name

STATE: web.AppKey[State] = web.AppKey("state", State)
LIFETIME = 3600
EMAIL = "sandbox@guildhall-sandbox.iam.gserviceaccount.com"
_LONGEST_TOKEN = 4096
_LARGEST = 4096
"""Bytes of a message's payload."""


def error(status: int, name: str, words: str, details: list[dict[str, Any]], **headers: str) -> web.Response:
    """An error as Google's APIs tell it."""
    body = {"error": {"code": status, "message": words, "status": name, "details": details}}
    return web.Response(
        body=msgspec.json.encode(body), status=status, content_type="application/json", headers=headers or None
    )


def _fcm(code: str) -> dict[str, Any]:
    return {"@type": "type.googleapis.com/google.firebase.fcm.v1.FcmError", "errorCode": code}


def _violation(field: str, words: str) -> list[dict[str, Any]]:
    return [
        _fcm("INVALID_ARGUMENT"),
        {
            "@type": "type.googleapis.com/google.rpc.BadRequest",
            "fieldViolations": [{"field": field, "description": words}],
        },
    ]


async def service_account(request: web.Request) -> web.Response:
    """The account's JSON, as a console would give it."""
    state = request.app[STATE]
    address = f"{request.scheme}://{request.host}{request.path.rpartition('/')[0]}"
    return web.json_response(
        {
            "type": "service_account",
            "project_id": state.project,
            "private_key_id": "sandbox",
            "private_key": state.private_key(),
            "client_email": EMAIL,
            "token_uri": f"{address}/token",
        }
    )


async def token(request: web.Request) -> web.Response:
    """An access token for an assertion that the account's key has signed (RFC 7523)."""
    state = request.app[STATE]
    state.counts["token_requests"] += 1
    form = await request.post()
    try:
        if form.get("grant_type") != "urn:ietf:params:oauth:grant-type:jwt-bearer":
            raise ValueError("grant_type")
        claims = jwt.decode(
            str(form.get("assertion", "")), RSAKey.import_key(state.private_key()), algorithms=["RS256"]
        ).claims
        now = time.time()
        ours = str(request.url).partition("?")[0]
        if claims["iss"] != EMAIL or claims["aud"] != ours or "firebase.messaging" not in claims["scope"]:
            raise ValueError("claims")
        if not claims["iat"] - 60 <= now <= claims["exp"] <= claims["iat"] + 3600:
            raise ValueError("times")
    except (JoseError, ValueError, KeyError, TypeError) as why:
        state.counts["token_refusals"] += 1
        return web.json_response({"error": "invalid_grant", "error_description": str(why)}, status=400)
    granted = random_name(os.urandom(24))
    state.tokens[granted] = now + LIFETIME
    return web.json_response({"access_token": granted, "expires_in": LIFETIME, "token_type": "Bearer"})


async def send(request: web.Request) -> web.Response:
    """Take a message for a device and show it there."""
    state = request.app[STATE]
    state.counts["messages"] += 1
    granted = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if state.tokens.get(granted, 0) < time.time() or state.fault_for("", "unauthenticated"):
        state.tokens.pop(granted, None)
        return error(401, "UNAUTHENTICATED", "Request had invalid authentication credentials.", [])
    if request.match_info["project"] != state.project:
        return error(403, "PERMISSION_DENIED", "Permission denied on the project.", [])
    try:
        message = msgspec.json.decode(await request.read())["message"]
    except (msgspec.MsgspecError, KeyError, TypeError):
        return error(400, "INVALID_ARGUMENT", "Invalid JSON payload received.", _violation("message", "missing"))
    refused = _refusal(message)
    if refused is not None:
        return refused
    device: str = message["token"]
    if (refused := await _faulty(state, device)) is not None:
        return refused
    notification = message.get("notification", {})
    tag = message.get("android", {}).get("notification", {}).get("tag") or random_name(os.urandom(8))
    if (
        state.show(device, tag, notification.get("title", ""), notification.get("body", ""), message.get("data", {}))
        > 1
    ):
        state.counts["replaced"] += 1
    state.counts["accepted"] += 1
    name = f"projects/{state.project}/messages/{state.counts['accepted']}"
    return web.Response(body=msgspec.json.encode({"name": name}), content_type="application/json")


def _refusal(message: Any) -> web.Response | None:
    """Return FCM's refusal of a message; None if it is accepted."""
    device = message.get("token") if isinstance(message, dict) else None
    if not isinstance(device, str) or not 0 < len(device) <= _LONGEST_TOKEN or device.startswith("malformed"):
        words = "The registration token is not a valid FCM registration token"
        return error(400, "INVALID_ARGUMENT", words, _violation("message.token", words))
    data = message.get("data", {})
    if not all(isinstance(value, str) for value in data.values()):
        return error(400, "INVALID_ARGUMENT", "Invalid value", _violation("message.data", "must be strings"))
    if any(name in ("from", "message_type", "collapse_key") or name.startswith(("google.", "gcm.")) for name in data):
        return error(400, "INVALID_ARGUMENT", "Invalid data key", _violation("message.data", "a reserved name"))
    if len(msgspec.json.encode([data, message.get("notification", {})])) > _LARGEST:
        return error(400, "INVALID_ARGUMENT", "Message is too big", _violation("message", "too big"))
    if len(message.get("apns", {}).get("headers", {}).get("apns-collapse-id", "")) > 64:
        return error(400, "INVALID_ARGUMENT", "Bad collapse id", _violation("message.apns.headers", "too long"))
    if len(message.get("webpush", {}).get("headers", {}).get("Topic", "")) > 32:
        return error(400, "INVALID_ARGUMENT", "Bad topic", _violation("message.webpush.headers", "too long"))
    return None


async def _faulty(state: State, device: str) -> web.Response | None:
    """The fault that this message falls under."""
    if (slow := state.fault_for(device, "slow")) is not None:
        await asyncio.sleep(slow.seconds)
    if state.fault_for(device, "unregistered"):
        return error(404, "NOT_FOUND", "Requested entity was not found.", [_fcm("UNREGISTERED")])
    if state.fault_for(device, "invalid_token"):
        words = "The registration token is not a valid FCM registration token"
        return error(400, "INVALID_ARGUMENT", words, _violation("message.token", words))
    if state.fault_for(device, "sender_mismatch"):
        return error(403, "PERMISSION_DENIED", "SenderId mismatch", [_fcm("SENDER_ID_MISMATCH")])
    if (quota := state.fault_for(device, "quota")) is not None:
        words = "Message rate exceeded."
        return error(
            429, "RESOURCE_EXHAUSTED", words, [_fcm("QUOTA_EXCEEDED")], **{"Retry-After": f"{quota.seconds:g}"}
        )
    if state.fault_for(device, "unavailable"):
        return error(503, "UNAVAILABLE", "The service is currently unavailable.", [_fcm("UNAVAILABLE")])
    return None
