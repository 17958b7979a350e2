"""A running EVE sandbox, the pack's engine in front of it, and pilots who have signed in, for the engine's tests."""

import contextlib
from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import aiohttp
from aiohttp import web

from guildhall.clock import Clock
from guildhall.core.fresh.keeper import Keeper
from guildhall.core.fresh.schemas import Kept
from guildhall.core.fresh.settings import FreshSettings
from guildhall.core.identity.principals.schemas import DOORKEEPER
from guildhall.core.identity.settings import IdentitySettings
from guildhall.core.identity.sign_in.oauth.http import ProviderCalls
from guildhall.core.identity.sign_in.schemas import Grant
from guildhall.core.upstream.clients import UpstreamClients
from guildhall.core.vault.schemas import Secret
from guildhall.core.vault.settings import VaultSettings
from guildhall.core.vault.vault import Vault
from guildhall.db.policies import APP, JOBS
from guildhall.db.pool import Database, PoolSettings
from guildhall.ids import UserId
from guildhall.packs.eve.characters.actions import keep_character
from guildhall.packs.eve.ids import CharacterId
from guildhall.packs.eve.kept import CHARACTERS
from guildhall.packs.eve.sandbox import (
    ALL_SCOPES,
    CALLS,
    CLOCK,
    FAULTS,
    GRANTS,
    REPRESENTATIONS,
    WORLD,
    Fault,
    SandboxOptions,
    make_app,
    pilot_ids,
    refresh_token,
)
from guildhall.packs.eve.settings import EveSettings
from guildhall.packs.eve.sync.schemas import SyncReport
from guildhall.packs.eve.sync.syncer import Syncer
from guildhall.packs.eve.tokens.refresh import Refresher
from guildhall.packs.eve.tokens.sso import Sso
from guildhall.packs.eve.upstream.client import Esi
from guildhall.testing.people import make_user
from guildhall.testing.settings import KEY

SCOPES = tuple(ALL_SCOPES)


class MovedClock(Clock):
    """Real time and what a test has moved it on by."""

    def __init__(self) -> None:
        self.ahead = timedelta(0)

    def now(self) -> datetime:
        return super().now() + self.ahead

    def timestamp(self) -> float:
        return super().timestamp() + self.ahead.total_seconds()


class EveSandbox:
    """A running sandbox of EVE's SSO and ESI. `clock` is ours; `pass_time` moves both on."""

    def __init__(
        self, app: web.Application, address: str, options: SandboxOptions, http: aiohttp.ClientSession
    ) -> None:
        self.app = app
        self.address = address
        self.options = options
        self.pilots = pilot_ids(options)
        self.clock = MovedClock()
        self._http = http

    @property
    def settings(self) -> dict[str, Any]:
        """Settings of the pack that lead here."""
        return {
            "sso_url": f"{self.address}/sso",
            "esi_url": f"{self.address}/esi",
            "client_id": self.options.client_id,
            "client_secret": self.options.client_secret,
            "scopes": list(SCOPES),
            "downtime_minutes": 0,
        }

    @property
    def calls(self) -> Any:
        """What was asked for."""
        return self.app[CALLS].view()

    def asked(self, character_id: int, path: str) -> int:
        """How often a route was asked for a pilot, whatever came of it."""
        routes = self.calls.characters.get(str(character_id), {})
        return sum(sum(counts.values()) for route, counts in routes.items() if route.endswith(path))

    def pass_time(self, seconds: float) -> None:
        """Move the world and our clock on."""
        self.app[CLOCK].advance(seconds)
        self.clock.ahead += timedelta(seconds=seconds)

    def forget(self) -> None:
        """Changes show at once, and asking for them is welcome."""
        self.app[REPRESENTATIONS].clear()
        self.app[CALLS].forget_freshness()

    def stop_mails(self, character_id: int) -> None:
        """No mail comes by itself any more: the world has one come about every hour, also in the middle of a test."""
        now = self.app[CLOCK].now()
        box = self.app[WORLD].of(self.pilot(character_id)).mailbox
        for mail in [one for one in box.mails.values() if one.at > now]:
            del box.mails[mail.id]

    def fault(self, mode: str, path: str | None = None, **more: Any) -> int:
        """Have calls go wrong."""
        number: int = self.app[FAULTS].add(Fault(mode=mode, path=path, **more))  # type: ignore[arg-type]
        return number

    def heal(self) -> None:
        """Everything works again."""
        self.app[FAULTS].clear()

    async def control(self, path: str, body: Any = None, method: str = "POST") -> Any:
        """A call to the control plane."""
        async with self._http.request(method, f"{self.address}/_sandbox{path}", json=body or {}) as response:
            assert response.status == 200, await response.text()
            return await response.json()

    async def happen(self, character_id: int, what: str, **body: Any) -> Any:
        """Something happens to a pilot."""
        return await self.control(f"/pilots/{character_id}/{what}", body)

    def pilot(self, character_id: int) -> Any:
        """The pilot as the sandbox has them."""
        return self.app[WORLD].pilots[character_id]

    def access_token(self, character_id: int, scopes: Sequence[str] = SCOPES) -> str:
        """A good access token."""
        grants = self.app[GRANTS]
        issuer = f"{self.address}/sso"
        claims = grants.claims(
            self.pilot(character_id), tuple(scopes), self.options.client_id, issuer, self.app[CLOCK].sso_now()
        )
        token: str = grants.keys.current.sign(claims)
        return token


@contextlib.asynccontextmanager
async def running_sandbox(**options: Any) -> AsyncIterator[EveSandbox]:
    """A sandbox on loopback, mounted as the product mounts it."""
    chosen = SandboxOptions(**{"signing": "ES256", **options})
    outer, app = web.Application(), make_app(chosen)
    outer.add_subapp("/eve", app)
    runner = web.AppRunner(outer, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        host, port = runner.addresses[0][:2]
        async with aiohttp.ClientSession() as http:
            yield EveSandbox(app, f"http://{host}:{port}/eve", chosen, http)
    finally:
        await runner.cleanup()


class Engine:
    """The pack's engine as a worker holds it, on a database of the test's own."""

    def __init__(self, db: Database, app_db: Database, sandbox: EveSandbox, **settings: Any) -> None:
        self.db = db
        self.app_db = app_db
        self.sandbox = sandbox
        self.settings = EveSettings(_env_file=None, **{**sandbox.settings, **settings})  # type: ignore[call-arg]
        self.clock = sandbox.clock
        identity = IdentitySettings(_env_file=None, jwt_secret=KEY)  # type: ignore[call-arg, arg-type]
        self.vault = Vault(VaultSettings(_env_file=None, encryption_key=KEY))  # type: ignore[call-arg, arg-type]
        self.esi = Esi.connect(self.settings, db, self.clock)
        self.client = self.esi.client
        self.provider_calls = ProviderCalls(identity)
        self.sso = Sso(self.settings, self.provider_calls, identity, self.clock)
        self.refresher = Refresher(db, self.vault, self.sso, self.esi, self.settings, self.clock)
        self.syncer = Syncer(db, self.esi, self.refresher, self.settings, self.clock)
        self.keeper = Keeper(
            db, self.clock, FreshSettings(_env_file=None), [CHARACTERS],  # type: ignore[call-arg]
            {EveSettings: self.settings, Syncer: self.syncer}, UpstreamClients([]),
        )  # fmt: skip

    async def close(self) -> None:
        """Close everything."""
        await self.syncer.close()
        await self.refresher.close()
        await self.provider_calls.close()
        await self.client.close()

    async def user(self, **columns: Any) -> UserId:
        """A user who was here just now."""
        async with self.db.write() as tx:
            user_id = await make_user(tx, **columns)
            await tx.connection.execute(
                "insert into core.sessions (id, user_id, token_hash, expires_at, last_used_at) "
                "select gen_random_uuid(), $1, sha256(gen_random_uuid()::text::bytea), "
                "$2::timestamptz + interval '7 days', $2",
                user_id,
                self.clock.now(),
            )
        return user_id

    async def sign_in(self, character_id: int, user_id: UserId | None = None, **grant: Any) -> CharacterId:
        """A pilot signs in; our id of the character. `seconds` is the access token's rest, `scopes` its rights."""
        user_id = user_id or await self.user()
        sandbox = self.sandbox
        scopes = tuple(grant.pop("scopes", SCOPES))
        access = Secret(sandbox.access_token(character_id, scopes))
        claims = await self.sso.verify(access)
        refresh = grant.pop("refresh_token", refresh_token(sandbox.options, character_id, scopes))
        expires_at = self.clock.now() + timedelta(seconds=grant.pop("seconds", 1199))
        made = Grant(user_id, "eve", claims, access, None if refresh is None else Secret(refresh), expires_at)
        async with self.app_db.write(DOORKEEPER) as tx:
            return await keep_character(tx, made, self.vault)

    async def sync(self, character: CharacterId, **options: Any) -> SyncReport:
        """Sync one character."""
        (report,) = await self.syncer.sync([character], **options)
        return report

    async def kept(self, character: CharacterId) -> Kept | None:
        """How a character stands with the core, which keeps it fresh."""
        async with self.db.read() as tx:
            return await CHARACTERS.state(tx, character)

    async def due_at(self, character: CharacterId) -> datetime:
        """When a character is synced next."""
        state = await self.kept(character)
        assert state is not None
        return state.due_at

    async def rows(self, sql: str, *args: Any) -> list[dict[str, Any]]:
        """What a statement finds."""
        async with self.db.read() as tx:
            return [dict(record) for record in await tx.connection.fetch(sql, *args)]

    async def row(self, sql: str, *args: Any) -> dict[str, Any]:
        """The one row that a statement finds."""
        (found,) = await self.rows(sql, *args)
        return found

    async def of(self, table: str, character: CharacterId) -> list[dict[str, Any]]:
        """A character's rows of a table."""
        return await self.rows(f"select * from eve.{table} where character = $1", character)

    async def section(self, character: CharacterId, section: str) -> dict[str, Any]:
        """How a section stands."""
        return await self.row(
            "select * from eve.section_syncs where character = $1 and section = $2", character, section
        )

    async def character(self, character: CharacterId) -> dict[str, Any]:
        """A character's row."""
        return await self.row("select * from eve.characters where id = $1", character)

    async def execute(self, sql: str, *args: Any) -> None:
        """Change something."""
        async with self.db.write() as tx:
            await tx.connection.execute(sql, *args)


@contextlib.asynccontextmanager
async def running_engine(url: str, sandbox: EveSandbox, **settings: Any) -> AsyncIterator[Engine]:
    """An engine on a database."""
    db = await Database.open(PoolSettings(url, JOBS), sandbox.clock)
    app_db = await Database.open(PoolSettings(url, APP), sandbox.clock)
    engine = Engine(db, app_db, sandbox, **settings)
    try:
        yield engine
    finally:
        await engine.close()
        await app_db.close()
        await db.close()
