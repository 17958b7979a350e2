"""Who makes a request: access tokens, API tokens, cookies, and what makes them worthless."""

import asyncio
import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest
from joserfc import jwt
from joserfc.jwk import OctKey

from guildhall.clock import SetClock
from guildhall.core.identity.principals.errors import RoleMissing, TokenExpired, Unauthenticated
from guildhall.core.identity.principals.permissions import require_role
from guildhall.core.identity.principals.revocations import Revocations
from guildhall.core.identity.principals.schemas import Principal
from guildhall.core.identity.principals.tokens import AccessTokens
from guildhall.core.identity.sessions.authenticator import Authenticator
from guildhall.core.identity.settings import IdentitySettings
from guildhall.ids import uuid7
from guildhall.testing.people import sign_in

SESSIONS = "/api/v1/me/sessions"


def settings_of(**values: Any) -> IdentitySettings:
    """Settings that owe nothing to a file."""
    return IdentitySettings(**{"_env_file": None, **values})


def tokens_of(clock=None, secret="the secret of the tests", **values):
    settings = settings_of(jwt_secret=secret, **values)
    return AccessTokens(settings, clock or SetClock(datetime(2026, 11, 21, tzinfo=UTC)))


def part(value):
    """A part of a JWT."""
    return base64.urlsafe_b64encode(msgspec.json.encode(value)).rstrip(b"=").decode()


def test_an_access_token_says_who_and_in_which_session():
    user_id, session_id = uuid7(), uuid7()

    access = tokens_of().read(tokens_of().issue(user_id, session_id, "moderator"))

    assert (access.user_id, access.session_id, access.role) == (user_id, session_id, "moderator")


def test_an_access_token_is_good_for_its_minutes():
    clock = SetClock(datetime(2026, 11, 21, tzinfo=UTC))
    tokens = tokens_of(clock, access_minutes=15)
    token = tokens.issue(uuid7(), uuid7(), "member")

    clock.advance(timedelta(minutes=14, seconds=59))
    tokens.read(token)
    clock.advance(timedelta(seconds=1))
    with pytest.raises(TokenExpired):
        tokens.read(token)


def test_access_tokens_are_jwts_as_others_read_and_write_them():
    key = OctKey.import_key(
        hmac.digest(hashlib.sha256(b"the secret of the tests").digest(), b"guildhall access tokens", "sha256")
    )
    ours = jwt.decode(tokens_of().issue(uuid7(), uuid7(), "member"), key, algorithms=["HS256"])

    assert ours.header == {"alg": "HS256", "typ": "at+jwt"}
    assert tokens_of().read(jwt.encode(ours.header, ours.claims, key)).session_id == UUID(ours.claims["sid"])


def _forged():
    good = tokens_of().issue(uuid7(), uuid7(), "member")
    header, payload, signature = good.split(".")
    claims = msgspec.json.decode(base64.urlsafe_b64decode(payload + "=="))
    key = hmac.digest(hashlib.sha256(b"the secret of the tests").digest(), b"guildhall access tokens", "sha256")

    def signed(head, body):
        text = f"{part(head)}.{part(body)}"
        return f"{text}.{base64.urlsafe_b64encode(hmac.digest(key, text.encode(), 'sha256')).rstrip(b'=').decode()}"

    head = {"alg": "HS256", "typ": "at+jwt"}
    assert tokens_of().read(signed(head, claims)).role == "member"
    yield "alg none", f"{part({**head, 'alg': 'none'})}.{payload}."
    yield "no signature", f"{header}.{payload}."
    yield "tampered", f"{header}.{part({**claims, 'role': 'admin'})}.{signature}"
    yield "foreign key", tokens_of(secret="another secret of somebody").issue(uuid7(), uuid7(), "admin")
    yield "foreign issuer", tokens_of(public_url="https://elsewhere.example").issue(uuid7(), uuid7(), "member")
    yield "other kind", signed({**head, "typ": "JWT"}, claims)
    yield "critical extension", signed({**head, "crit": ["exp"]}, claims)
    yield "list for claims", signed(head, [claims])
    for change in (
        {"iss": "https://elsewhere.example"}, {"aud": "others"}, {"aud": ["guildhall"]}, {"role": "god"},
        {"sub": "nobody"}, {"sid": None}, {"exp": "soon"}, {"exp": None}, {"iat": claims["iat"] + 3600},
    ):  # fmt: skip
        yield str(change), signed(head, {**claims, **change})
    for name in ("sub", "sid", "iss", "aud", "exp", "iat", "role"):
        yield f"no {name}", signed(head, {key: value for key, value in claims.items() if key != name})
    yield "too long", signed(head, {**claims, "more": "x" * 3000})
    yield "junk", "a.b.c"
    yield "empty parts", ".."


FORGED = dict(_forged())


@pytest.mark.parametrize("what", FORGED)
def test_a_forged_access_token_is_refused(what):
    with pytest.raises(Unauthenticated):
        tokens_of().read(FORGED[what])


@pytest.mark.parametrize(
    "authorization", ["Basic YTpi", "Bearer", "Bearer ", "Bearer a b", "token", "Bearer \u00fc.\u00fc.\u00fc"]
)
async def test_an_authorization_that_is_none_is_refused(guildhall, authorization):
    answer = await guildhall.get(SESSIONS, headers={"Authorization": authorization})

    assert (answer.status, answer.code) == (401, "identity.unauthenticated")


async def counted(guildhall, monkeypatch):
    """How often the database is written to from now on, as a list that grows."""
    calls, write = [], guildhall.runtime.db.write

    def noted(*arguments: Any, **options: Any):
        calls.append(arguments)
        return write(*arguments, **options)

    monkeypatch.setattr(guildhall.runtime.db, "write", noted)
    return calls


async def listening(guildhall):
    """Wait until the process knows what was revoked."""
    revocations = guildhall.runtime.provided[Revocations]
    async with asyncio.timeout(5):
        while not revocations.current:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    return revocations


async def test_as_a_rule_the_database_is_not_asked(guildhall, monkeypatch):
    ann = await sign_in(guildhall)
    await listening(guildhall)
    calls = await counted(guildhall, monkeypatch)

    for _ in range(5):
        assert (await guildhall.get(SESSIONS, headers=ann.headers)).status == 200

    assert calls == []


async def test_what_ended_before_a_process_began_is_dead_there(guildhall, start_guildhall):
    ann, ben = await sign_in(guildhall), await sign_in(guildhall)
    await guildhall.request("DELETE", SESSIONS, headers=ann.headers)
    late = await start_guildhall()

    for _ in range(2):
        assert (await late.get(SESSIONS, headers=ann.headers)).code == "identity.session_ended"
        assert (await late.get(SESSIONS, headers=ben.headers)).status == 200
        await listening(late)


async def test_while_it_does_not_listen_the_database_is_asked(guildhall, start_guildhall, jobs_db):
    other = await start_guildhall()
    ann, ben = await sign_in(guildhall), await sign_in(guildhall)
    revocations = await listening(other)
    listener = revocations._listener
    listener._connected.clear()  # as it is while it reconnects
    async with jobs_db.write() as tx:
        await tx.connection.execute("update core.sessions set ended_at = now() where id = $1", ann.session_id)
    revocations._known.clear()  # what it would not have heard

    assert (await other.get(SESSIONS, headers=ann.headers)).code == "identity.session_ended"
    assert (await other.get(SESSIONS, headers=ben.headers)).status == 200
    revocations._missed()
    listener._connected.set()
    await listening(other)
    assert revocations.revoked_at(ann.session_id) is not None
    assert (await other.get(SESSIONS, headers=ann.headers)).code == "identity.session_ended"


async def test_a_suspended_account_is_out_at_once(start_guildhall, jobs_db):
    house = await start_guildhall()
    ann = await sign_in(house)
    revocations = await listening(house)
    async with jobs_db.write() as tx:
        await tx.connection.execute("update core.users set suspended_at = now() where id = $1", ann.id)
    await revocations.settle()
    assert (await house.get(SESSIONS, headers=ann.headers)).code == "identity.session_ended"
    async with jobs_db.write() as tx:
        await tx.connection.execute("update core.users set suspended_at = null where id = $1", ann.id)
    await revocations.settle()
    assert (await house.get(SESSIONS, headers=ann.headers)).status == 200


async def test_a_new_role_counts_at_once(guildhall, jobs_db):
    ann = await sign_in(guildhall)
    await listening(guildhall)
    authenticator = guildhall.runtime.provided[Authenticator]
    access = guildhall.runtime.provided[AccessTokens].read(ann.tokens.access_token)
    assert (await authenticator._of_access(access)).role == "member"

    async with jobs_db.write() as tx:
        await tx.connection.execute("update core.users set role = 'admin' where id = $1", ann.id)
    await guildhall.runtime.provided[Revocations].settle()

    principal = await authenticator._of_access(access)
    assert principal.role == "admin"
    require_role(principal, "moderator")
    with pytest.raises(RoleMissing):
        require_role(Principal(principal.viewer, None, "member"), "moderator")


class TestCookies:
    """Requests of pages."""

    @staticmethod
    def cookies(person, csrf=None) -> str:
        jar = f"guildhall_access={person.tokens.access_token}; guildhall_refresh={person.tokens.refresh_token}"
        return f"{jar}; guildhall_csrf={csrf}" if csrf else jar

    async def test_a_page_reads_with_its_cookie(self, guildhall):
        ann = await sign_in(guildhall)

        assert (await guildhall.get(SESSIONS, headers={"Cookie": self.cookies(ann)})).status == 200

    async def test_what_changes_something_wants_the_page_s_own_token(self, guildhall):
        ann, ben = await sign_in(guildhall), await sign_in(guildhall)
        tokens = guildhall.runtime.provided[AccessTokens]
        good, others = tokens.csrf(ann.session_id), tokens.csrf(ben.session_id)
        path = "/api/v1/me/sessions/current/device"

        async def put(csrf=None, header=None, **headers):
            sent = {"Cookie": self.cookies(ann, csrf), **({"X-CSRF-Token": header} if header else {}), **headers}
            return await guildhall.request("PUT", path, headers=sent, json={"name": "page"})

        for refused in (
            await put(),
            await put(good),
            await put(None, good),
            await put(others, others),
            await put(good, good, **{"Sec-Fetch-Site": "cross-site"}),
            await put(good, good, **{"Sec-Fetch-Site": "same-site"}),
            await put(good, good, Origin="https://elsewhere.example"),
            await put(good, good, Origin="null"),
        ):
            assert (refused.status, refused.code) == (403, "identity.cross_site")
        assert (await put(good, good, Origin=guildhall.address, **{"Sec-Fetch-Site": "same-origin"})).status == 200

    async def test_a_page_refreshes_and_never_sees_its_tokens(self, guildhall):
        ann = await sign_in(guildhall)
        csrf = guildhall.runtime.provided[AccessTokens].csrf(ann.session_id)
        cookies = {"Cookie": self.cookies(ann, csrf)}

        refused = await guildhall.post("/api/v1/auth/refresh", headers=cookies, json={})
        done = await guildhall.post("/api/v1/auth/refresh", headers={**cookies, "X-CSRF-Token": csrf}, json={})

        assert (refused.status, refused.code) == (403, "identity.cross_site")
        assert (done.status, set(done.json)) == (200, {"session_id", "expires_in"})
        names = [text.partition("=")[0] for text in done.headers.getall("set-cookie")]
        assert names == ["guildhall_access", "guildhall_refresh", "guildhall_csrf"]

    async def test_a_page_signs_out_with_an_access_token_that_has_expired(self, guildhall):
        ann = await sign_in(guildhall)
        csrf = guildhall.runtime.provided[AccessTokens].csrf(ann.session_id)
        jar = f"guildhall_refresh={ann.tokens.refresh_token}; guildhall_csrf={csrf}"

        gone = await guildhall.post("/api/v1/auth/sign-out", headers={"Cookie": jar, "X-CSRF-Token": csrf}, json={})

        assert gone.status == 204
        assert all("Max-Age=0" in text for text in gone.headers.getall("set-cookie"))
        assert (await guildhall.get(SESSIONS, headers=ann.headers)).code == "identity.session_ended"

    async def test_over_https_cookies_are_bound_to_the_host(self, start_guildhall):
        house = await start_guildhall(identity={"public_url": "https://guild.example"})
        ann = await sign_in(house)
        cookies = {
            "Cookie": f"__Host-guildhall_refresh={ann.tokens.refresh_token}; __Host-guildhall_csrf="
            f"{house.runtime.provided[AccessTokens].csrf(ann.session_id)}",
            "X-CSRF-Token": house.runtime.provided[AccessTokens].csrf(ann.session_id),
        }

        answer = await house.post("/api/v1/auth/refresh", headers=cookies, json={})

        for text in answer.headers.getall("set-cookie"):
            assert text.startswith("__Host-")
            assert "Secure" in text
            assert "Path=/" in text
            assert "Domain" not in text


def test_http_is_for_this_machine_alone():
    for url in ("http://guild.example", "https://guild.example/path", "guild.example", "ftp://127.0.0.1"):
        with pytest.raises(ValueError, match="public_url"):
            settings_of(public_url=url)
