"""How fast is a user's overview of ten characters that is in the process's memory?"""

import asyncio
import http.client
import time
from collections.abc import Mapping
from contextlib import ExitStack
from functools import partial
from uuid import UUID

import asyncpg
import msgspec
from joserfc import jwt
from joserfc.jwk import OctKey

from bench import guildhall_side
from bench.compare import Result, alternate, at_least, median_of, told
from bench.context import BenchError, Context, Loaded, without_failures
from bench.load import run_load
from bench.peers.fastapi_overview import PATH
from bench.process import Server, uvicorn_server
from bench.sameness import missing_fields
from guildhall.clock import Clock
from guildhall.core.identity.principals.tokens import AccessTokens
from guildhall.core.identity.sessions.actions import start_session
from guildhall.core.identity.sessions.schemas import Device
from guildhall.core.identity.settings import IdentitySettings
from guildhall.db.policies import JOBS
from guildhall.db.pool import Database, PoolSettings
from guildhall.ids import UserId

CHARACTERS = 10
USER = UserId(UUID("01930000-0000-7000-8000-0000000000aa"))
SECRET = "a key of the benchmarks, nothing of worth"

# Nothing of it changes with the clock while the benchmark runs.
FILL = """
insert into core.users (id, name) values ($1, 'A pilot');
""", """
insert into eve.names (id, category, name, fetched_at)
select id, 'inventory_type', 'Skill ' || id, now() from generate_series(3300, 3330) id;
""", """
insert into eve.characters (id, character_id, character_name, corporation_id, user_id, token_expires_at, last_sync_at)
select ('01930000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, 2112000000 + n, 'Pilot Nº ' || n, 98000001, $1,
       now() + interval '20 minutes', now()
from generate_series(1, $2::int) n;
""", """
insert into eve.section_syncs (section, synced_at, due_at, imported, character, user_id)
select s, now(), now() + interval '1 hour', true, c.id, $1 from eve.characters c,
       unnest(array['skills', 'skill_queue', 'attributes', 'mail', 'mail_labels', 'orders', 'order_history', 'industry',
                    'planets', 'wallet', 'wallet_journal', 'wallet_transactions', 'location', 'notifications']) s;
""", """
insert into eve.skill_totals (total_sp, unallocated_sp, as_of, character, user_id)
select 5000000, 1000, now(), id, $1 from eve.characters;
""", """
insert into eve.wallet_balances (balance, as_of, character, user_id)
select 123456789.12, now(), id, $1 from eve.characters;
""", """
insert into eve.locations (solar_system_id, ship_type_id, ship_name, online, as_of, character, user_id)
select 30000142, 587, 'Rusty', true, now(), id, $1 from eve.characters;
""", """
insert into eve.skill_queue (queue_position, skill_id, finished_level, start_date, finish_date, character, user_id)
select n, 3300 + n, 5, now() + (n * 2 - 1) * interval '1 day', now() + (n * 2 + 1) * interval '1 day', c.id, $1
from eve.characters c, generate_series(0, 30) n;
""", """
insert into eve.market_orders (order_id, state, type_id, region_id, location_id, is_buy_order, is_corporation, price,
    volume_total, volume_remain, escrow, range, duration, issued, first_seen_at, last_seen_at, character, user_id)
select n, 'open', 34, 10000002, 60003760, n % 2 = 0, false, 5.25, 100, 40, case when n % 2 = 0 then 10.5 end, 'region',
       90, now(), now(), now(), c.id, $1
from eve.characters c, generate_series(1, 40) n;
""", """
insert into eve.industry_jobs (job_id, activity_id, status, blueprint_id, blueprint_type_id, blueprint_location_id,
    output_location_id, facility_id, station_id, installer_id, runs, duration, start_date, end_date, last_seen_at,
    character, user_id)
select n, 1, 'active', 1, 1, 1, 1, 1, 1, 1, 1, 1, now(), now() + n * interval '1 day' - interval '2 days', now(),
       c.id, $1
from eve.characters c, generate_series(1, 10) n;
""", """
insert into eve.planets
    (planet_id, planet_type, solar_system_id, upgrade_level, num_pins, last_update, character, user_id)
select 40000000 + n, 'gas', 30000142, 4, 9, now(), c.id, $1 from eve.characters c, generate_series(1, 6) n;
""", """
insert into eve.extractors (planet_id, pin_id, type_id, expiry_time, character, user_id)
select 40000000 + n, n, 3060, now() + n * interval '1 day', c.id, $1 from eve.characters c, generate_series(1, 6) n;
""", """
insert into eve.mails (mail_id, subject, sent_at, is_read, character, user_id)
select n, 'Subject', now(), n > 5, c.id, $1 from eve.characters c, generate_series(1, 250) n;
"""  # fmt: skip


async def _fill(context: Context) -> str:
    """Ten pilots of one user; the access token of a session of theirs."""
    await guildhall_side.prepare(context)
    connection = await asyncpg.connect(context.database_url)
    try:
        for statement in FILL:
            arguments = [USER] * ("$1" in statement) + [CHARACTERS] * ("$2" in statement)
            await connection.execute(statement, *arguments)
    finally:
        await connection.close()
    tokens = AccessTokens(_identity(), Clock())
    db = await Database.open(PoolSettings(context.database_url, JOBS, largest=1), Clock())
    try:
        async with db.write() as tx:
            return (await start_session(tx, USER, method="bench", device=Device(), tokens=tokens)).access_token
    finally:
        await db.close()


def _identity() -> IdentitySettings:
    return IdentitySettings(_env_file=None, jwt_secret=SECRET, access_minutes=60)  # type: ignore[call-arg, arg-type]


def _peer_token() -> str:
    """The peer's own access token, of the same claims and algorithm as ours."""
    now = int(time.time())
    claims = {"iss": "peer", "aud": "guildhall", "sub": str(USER), "sid": str(USER), "iat": now, "exp": now + 3600}
    return jwt.encode({"alg": "HS256", "typ": "at+jwt"}, claims, OctKey.import_key(SECRET.encode()))


def _get(server: Server, headers: Mapping[str, str]) -> bytes:
    connection = http.client.HTTPConnection(server.host, server.port, timeout=60)
    try:
        connection.request("GET", PATH, headers=dict(headers))
        answer = connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise BenchError(f"GET {PATH} answered {answer.status}: {body[:300]!r}")
        return body
    finally:
        connection.close()


def _load(context: Context, server: Server, headers: Mapping[str, str]) -> Loaded:
    before = server.usage().cpu_seconds
    result = run_load(server.host, server.port, [PATH], context.connections, context.seconds, headers)
    spent = server.usage().cpu_seconds - before
    without_failures(result)
    return Loaded(load=result, cpu_us=spent / result.answers_in_all * 1e6)


def run(context: Context) -> list[Result]:
    """Ours, FastAPI with its models cached, and the same with encoded bytes cached; all check the access token."""
    token = asyncio.run(_fill(context))
    headers = {"Authorization": f"Bearer {token}"}
    peer_headers = {"Authorization": f"Bearer {_peer_token()}"}
    identity = {"GUILDHALL_IDENTITY_JWT_SECRET": SECRET, "GUILDHALL_IDENTITY_ACCESS_MINUTES": "60"}
    peer_app = "bench.peers.fastapi_overview:create_app"
    environment = {"DATABASE_URL": context.database_url, "PEER_JWT_KEY": SECRET.encode().hex()}
    with ExitStack() as stack:
        ours = stack.enter_context(guildhall_side.serve(context, memory_mb=None, **identity))
        models = stack.enter_context(uvicorn_server(peer_app, environment=environment))
        encoded = stack.enter_context(uvicorn_server(peer_app, environment={**environment, "PEER_CACHE": "bytes"}))
        sides = ((ours, headers), (models, peer_headers), (encoded, peer_headers))
        bodies = [msgspec.json.decode(_get(*side)) for side in sides]
        for body in bodies[1:]:
            if missing := missing_fields(bodies[0], body):
                raise BenchError(f"the answers differ in {', '.join(missing)}")
        if len(bodies[0]["characters"]) != CHARACTERS:
            raise BenchError("the overview does not have all characters")
        measured = alternate(context.rounds, *(partial(_load, context, *side) for side in sides))
    throughput = [median_of(side, lambda round_: round_.load.throughput) for side in measured]
    p99 = [median_of(side, lambda round_: round_.load.p99_ms) for side in measured]
    cpu = [median_of(side, lambda round_: round_.cpu_us) for side in measured]
    return [
        at_least("overview of 10 characters, cached: throughput", throughput[0], throughput[1], 5, "req/s"),
        told("overview of 10 characters, cached: p99", p99[0], "ms", p99[1]),
        told("overview of 10 characters, cached: server CPU a request", cpu[0], "µs", cpu[1]),
        told(
            "overview of 10 characters, the peer keeping encoded bytes: throughput",
            throughput[0], "req/s", throughput[2],
        ),
    ]  # fmt: skip
