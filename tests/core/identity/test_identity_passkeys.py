"""Passkeys, with an authenticator made of software."""

import base64
import hashlib
import os
import struct
from datetime import UTC, datetime, timedelta

import asyncpg
import cbor2
import msgspec
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from guildhall.clock import SetClock
from guildhall.core.identity.credentials.passwords import Passwords
from guildhall.testing.people import sign_in

ORIGIN = "http://localhost:8000"


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Authenticator:
    """A platform authenticator with one resident ES256 key (WebAuthn level 3, 6.1 and 6.5)."""

    def __init__(self, origin: str = ORIGIN, rp_id: str = "localhost", verified: bool = True) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = os.urandom(32)
        self.origin, self.rp_id, self.verified = origin, rp_id, verified
        self.count = 0
        self.handle = b""

    def _data(self, attested: bytes = b"") -> bytes:
        flags = 0x01 | (0x04 if self.verified else 0) | (0x40 if attested else 0)
        return hashlib.sha256(self.rp_id.encode()).digest() + bytes([flags]) + struct.pack(">I", self.count) + attested

    def _client(self, kind: str, challenge: str) -> bytes:
        return msgspec.json.encode({"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False})

    def create(self, options):
        """What `navigator.credentials.create` would give."""
        self.handle = unb64(options["user"]["id"])
        numbers = self.key.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        attested = bytes(16) + struct.pack(">H", len(self.id)) + self.id + cbor2.dumps(cose)
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": self._data(attested)})
        return {
            "id": b64(self.id),
            "rawId": b64(self.id),
            "type": "public-key",
            "clientExtensionResults": {},
            "response": {
                "clientDataJSON": b64(self._client("webauthn.create", options["challenge"])),
                "attestationObject": b64(attestation),
                "transports": ["internal", "hybrid", "made-up"],
            },
        }

    def get(self, options, **changed):
        """What `navigator.credentials.get` would give."""
        self.count += 1
        client = self._client("webauthn.get", options["challenge"])
        data = self._data()
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        response = {
            "clientDataJSON": b64(client),
            "authenticatorData": b64(data),
            "signature": b64(signature),
            "userHandle": b64(self.handle),
            **changed,
        }
        return {
            "id": b64(self.id),
            "rawId": b64(self.id),
            "type": "public-key",
            "clientExtensionResults": {},
            "response": response,
        }


async def begin(guildhall, person):
    answer = await guildhall.post("/api/v1/me/passkeys/options", json={}, headers=person.headers)
    assert answer.status == 200, answer.body
    return answer.json["publicKey"]


async def register(guildhall, person, device, name="Laptop", options=None):
    body = {"name": name, "credential": device.create(options or await begin(guildhall, person))}
    return await guildhall.post("/api/v1/me/passkeys", json=body, headers=person.headers)


async def challenge(guildhall):
    return (await guildhall.post("/api/v1/auth/passkey/options")).json["publicKey"]


async def enter(guildhall, credential):
    return await guildhall.post("/api/v1/auth/passkey", json={"credential": credential, "device": {"type": "web"}})


@pytest.fixture
async def ann(guildhall):
    return await sign_in(guildhall, name="Ann")


@pytest.fixture
async def device(guildhall, ann):
    device = Authenticator()
    assert (await register(guildhall, ann, device)).status == 201
    return device


async def test_a_passkey_is_registered_and_signs_in_without_a_name(guildhall, ann, device):
    options = await challenge(guildhall)
    assert options["allowCredentials"] == []
    assert options["userVerification"] == "required"

    answer = await enter(guildhall, device.get(options))

    assert answer.status == 200, answer.body
    headers = {"Authorization": f"Bearer {answer.json['access_token']}"}
    me = (await guildhall.get("/api/v1/me", headers=headers)).json
    assert (me["id"], me["passkeys"]) == (str(ann.id), 1)
    listed = (await guildhall.get("/api/v1/me/passkeys", headers=headers)).json["items"]
    assert [(one["name"], one["transports"]) for one in listed] == [("Laptop", ["hybrid", "internal"])]
    assert listed[0]["last_used_at"] is not None


async def test_the_options_say_whose_key_is_made_and_which_there_are(guildhall, ann, device):
    options = await begin(guildhall, ann)

    assert unb64(options["user"]["id"]) == ann.id.bytes
    assert (options["rp"]["id"], options["rp"]["name"]) == ("localhost", "Guildhall")
    assert [unb64(one["id"]) for one in options["excludeCredentials"]] == [device.id]
    assert options["authenticatorSelection"]["residentKey"] == "required"


async def test_an_answer_signs_in_once(guildhall, device):
    credential = device.get(await challenge(guildhall))

    first, second = await enter(guildhall, credential), await enter(guildhall, credential)

    assert (first.status, second.status, second.code) == (200, 400, "identity.challenge_spent")


async def test_a_counter_that_goes_back_is_a_copied_key(guildhall, device):
    device.count = 9
    assert (await enter(guildhall, device.get(await challenge(guildhall)))).status == 200
    device.count = 4

    answer = await enter(guildhall, device.get(await challenge(guildhall)))

    assert (answer.status, answer.code) == (401, "identity.passkey_refused")


async def test_a_challenge_of_a_registration_signs_nobody_in(guildhall, ann, device):
    answer = await enter(guildhall, device.get(await begin(guildhall, ann)))

    assert (answer.status, answer.code) == (400, "identity.challenge_spent")


async def test_a_challenge_ends(start_guildhall):
    clock = SetClock(datetime.now(UTC))
    guildhall = await start_guildhall(clock=clock)
    ann, device = await sign_in(guildhall), Authenticator()
    assert (await register(guildhall, ann, device)).status == 201
    options = await challenge(guildhall)
    clock.advance(timedelta(minutes=5, seconds=1))

    assert (await enter(guildhall, device.get(options))).code == "identity.challenge_spent"


@pytest.mark.parametrize(
    "change",
    [
        {"origin": "https://evil.example"},
        {"rp_id": "evil.example"},
        {"verified": False},
        {"key": ec.generate_private_key(ec.SECP256R1())},
        {"handle": bytes(16)},
        {"id": bytes(32)},
    ],
    ids=lambda change: next(iter(change)),
)
async def test_what_another_page_device_or_hand_has_signed_is_refused(guildhall, device, change):
    options = await challenge(guildhall)
    for name, value in change.items():
        setattr(device, name, value)

    answer = await enter(guildhall, device.get(options))

    assert (answer.status, answer.code) == (401, "identity.passkey_refused")


@pytest.mark.parametrize(
    "changed",
    [
        {"signature": b64(b"no signature")},
        {"signature": "!!!"},
        {"authenticatorData": b64(b"\x00" * 10)},
        {"clientDataJSON": b64(b"[" * 5000)},
        {"clientDataJSON": b64(b"{}")},
        {"clientDataJSON": 7},
        {"userHandle": "\u00e4"},
    ],
    ids=str,
)
async def test_nonsense_is_refused(guildhall, device, changed):
    answer = await enter(guildhall, device.get(await challenge(guildhall), **changed))

    assert (answer.status, answer.code) == (401, "identity.passkey_refused")


@pytest.mark.parametrize(
    "credential",
    [{}, {"response": None}, {"response": {}}, {"id": 1, "rawId": [], "response": {"clientDataJSON": "e30"}}],
    ids=str,
)
async def test_what_is_no_credential_is_refused(guildhall, ann, credential):
    entered = await enter(guildhall, credential)
    body = {"name": "Key", "credential": credential}
    registered = await guildhall.post("/api/v1/me/passkeys", json=body, headers=ann.headers)

    assert (entered.status, registered.status) == (401, 401)


@pytest.mark.parametrize(
    "change", [{"origin": "https://evil.example"}, {"rp_id": "evil.example"}, {"verified": False}], ids=str
)
async def test_a_registration_of_another_page_is_refused(guildhall, ann, change):
    answer = await register(guildhall, ann, Authenticator(**change))

    assert (answer.status, answer.code) == (401, "identity.passkey_refused")


async def test_a_challenge_of_ann_registers_nothing_for_ben(guildhall, ann):
    ben = await sign_in(guildhall, name="Ben")
    answer = await register(guildhall, ben, Authenticator(), options=await begin(guildhall, ann))

    assert (answer.status, answer.code) == (400, "identity.challenge_spent")


async def test_a_key_belongs_to_one_account(guildhall, device):
    ben = await sign_in(guildhall, name="Ben")

    answer = await register(guildhall, ben, device)

    assert (answer.status, answer.code) == (409, "identity.passkey_known")


async def test_a_passkey_is_renamed_and_dropped_by_its_owner_alone(guildhall, ann, device):
    ben = await sign_in(guildhall, name="Ben")
    await register(guildhall, ann, Authenticator(), name="Phone")
    items = (await guildhall.get("/api/v1/me/passkeys", headers=ann.headers)).json["items"]
    path = f"/api/v1/me/passkeys/{items[1]['id']}"

    async def call(who, method, **body):
        return await guildhall.request(method, path, headers=who.headers, **body)

    assert (await call(ben, "PATCH", json={"name": "Mine"})).code == "identity.passkey_not_found"
    assert (await call(ben, "DELETE")).code == "identity.passkey_not_found"
    assert (await call(ann, "PATCH", json={"name": "Old laptop"})).status == 200
    assert (await call(ann, "DELETE")).status == 204
    assert (await enter(guildhall, device.get(await challenge(guildhall)))).status == 401


async def test_the_last_way_in_stays(guildhall, ann, device):
    (item,) = (await guildhall.get("/api/v1/me/passkeys", headers=ann.headers)).json["items"]

    answer = await guildhall.request("DELETE", f"/api/v1/me/passkeys/{item['id']}", headers=ann.headers)

    assert (answer.status, answer.code) == (409, "identity.last_way_in")
    assert (await enter(guildhall, device.get(await challenge(guildhall)))).status == 200


async def test_who_has_a_password_gives_it_before_a_passkey_is_made(guildhall):
    stored = await guildhall.runtime.provided[Passwords].hash("correct horse battery")
    ann = await sign_in(guildhall, email="ann@example.com", password_hash=stored)

    async def ask(**body):
        return (await guildhall.post("/api/v1/me/passkeys/options", json=body, headers=ann.headers)).status

    assert await ask() == 403
    assert await ask(password="wrong") == 403
    assert await ask(password="correct horse battery") == 200


async def test_twenty_are_enough(guildhall, ann):
    for number in range(20):
        assert (await register(guildhall, ann, Authenticator(), name=f"Key {number}")).status == 201

    answer = await guildhall.post("/api/v1/me/passkeys/options", json={}, headers=ann.headers)

    assert (answer.status, answer.code) == (409, "identity.too_many_passkeys")


async def test_a_suspended_account_is_not_entered(guildhall, ann, device):
    connection = await asyncpg.connect(guildhall.runtime.url)
    await connection.execute("update core.users set suspended_at = now()")
    await connection.close()

    assert (await enter(guildhall, device.get(await challenge(guildhall)))).code == "identity.suspended"
