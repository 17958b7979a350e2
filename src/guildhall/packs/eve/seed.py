"""A development database as it is described: two users, three of the sandbox's pilots, and a little of everything.

The characters' refresh tokens are such as the sandbox's SSO gives out, so that a worker that is led to the sandbox
finds the pilots alive. Anywhere else the SSO refuses them, as it should.
"""

from datetime import timedelta
from uuid import UUID

import msgspec
from msgspec import Struct

from guildhall.core.cache.queries import store_answer
from guildhall.core.identity.ids import IdentityId
from guildhall.core.identity.principals.tokens import AccessTokens
from guildhall.core.identity.sessions.actions import start_session
from guildhall.core.identity.sessions.schemas import Device
from guildhall.core.identity.sign_in.queries import add_identity
from guildhall.core.jobs.actions import send
from guildhall.core.notify.ids import NotificationId
from guildhall.core.vault.vault import Vault
from guildhall.db.pool import Database, Transaction
from guildhall.ids import UserId, uuid7
from guildhall.packs.eve import seed_queries as queries
from guildhall.packs.eve.characters.messages import SyncAffiliations
from guildhall.packs.eve.characters.queries import add_character, begin_sections
from guildhall.packs.eve.ids import CharacterId
from guildhall.packs.eve.kept import CHARACTERS
from guildhall.packs.eve.market.schemas import MarketOrder, MarketOrders
from guildhall.packs.eve.sandbox import SandboxOptions, make_pilots, refresh_token
from guildhall.packs.eve.seed_queries import Seeded
from guildhall.packs.eve.settings import EveSettings
from guildhall.packs.eve.tokens.schemas import ACCESS_TOKEN, REFRESH_TOKEN
from guildhall.packs.eve.universe.schemas import TypeInfo
from guildhall.packs.eve.upstream.sections import sections_of

PILOT1 = UserId(UUID("01930000-0000-7000-8000-000000000001"))
PILOT2 = UserId(UUID("01930000-0000-7000-8000-000000000002"))
JITA, FORGE, TRITANIUM = 60003760, 10000002, 34
FAILED = "ESI failed at /characters/{character_id}/mail with status 502."
"""The reason for which the example of a failed job has failed."""
_NEVER = "issued by nobody: the first use fetches a real one"


class _User(Struct, frozen=True):
    id: UserId
    email: str
    name: str
    tier: str
    pilots: tuple[int, ...]
    device: Device


_USERS = (
    _User(PILOT1, "pilot1@example.com", "Pilot One", "free", (0, 1),
          Device("Pilot One's phone", "ios", "seed-device-token-of-pilot-one")),
    _User(PILOT2, "pilot2@example.com", "Pilot Two", "premium", (2,),
          Device("Pilot Two's tablet", "android", "seed-device-token-of-pilot-two")),
)  # fmt: skip


def seeded_pilots(settings: EveSettings) -> list[int]:
    """The game's ids of the characters that the seed has, the two of pilot1 first."""
    return [pilot.id for pilot in make_pilots(_options(settings))[:3]]


def _options(settings: EveSettings) -> SandboxOptions:
    return SandboxOptions(seed=settings.sandbox_seed, pilots=max(settings.sandbox_pilots, 3))


async def seed(db: Database, vault: Vault, tokens: AccessTokens, settings: EveSettings) -> Seeded:
    """Fill the database with missing rows: existing users and characters are left as they are. Return the counts.

    A user whose address another account has, and a character of another account, are left out.
    """
    async with db.write() as tx:
        anew = not await queries.seeded.one(tx, [PILOT1, PILOT2])
        for user in _USERS:
            await _add_user(tx, tokens, settings, user)
            for index in user.pilots:
                await _add_pilot(tx, vault, settings, user, index)
        if anew:
            characters = seeded_pilots(settings)
            await _add_jobs(tx, characters)
            await _add_answers(tx)
            await _add_notifications(tx, characters)
        return await queries.counts.one(tx, [PILOT1, PILOT2])


async def _add_user(tx: Transaction, tokens: AccessTokens, settings: EveSettings, user: _User) -> None:
    added = await queries.add_user.run(
        tx, user.id, user.email, user.name, user.tier, tx.now,
        tx.now + timedelta(days=365) if user.tier == "premium" else None,
    )  # fmt: skip
    if added:
        default = seeded_pilots(settings)[user.pilots[0]]
        theme = "dark" if user.id == PILOT1 else "light"
        await queries.add_settings.run(tx, UserId(uuid7()), user.id, theme, default, user.id == PILOT2)
        await start_session(tx, user.id, method="seed", device=user.device, tokens=tokens)


async def _add_pilot(tx: Transaction, vault: Vault, settings: EveSettings, user: _User, index: int) -> None:
    options = _options(settings)
    pilot = make_pilots(options)[index]
    if not await queries.may_have_pilot.one(tx, user.id, pilot.id, str(pilot.id)):
        return
    row_id = CharacterId(uuid7())
    refresh = refresh_token(options, pilot.id, tuple(settings.scopes))
    await add_character.run(
        tx, row_id, pilot.id, pilot.name, user.id, vault.seal(ACCESS_TOKEN, row_id, _NEVER),
        vault.seal(REFRESH_TOKEN, row_id, refresh), tx.now - timedelta(minutes=1), list(settings.scopes), tx.now,
        pilot.owner, tx.now,
    )  # fmt: skip
    await begin_sections.run(tx, row_id, user.id, sections_of(list(settings.scopes)), tx.now)
    await CHARACTERS.keep(tx, row_id, user_id=user.id)
    # So that signing in with the pilot leads to this user.
    await add_identity.one(tx, IdentityId(uuid7()), user.id, "eve", str(pilot.id), pilot.name, pilot.owner, tx.now)


async def _add_jobs(tx: Transaction, characters: list[int]) -> None:
    """One that was done, one that failed for good, one that a worker is about to do."""
    hour = timedelta(hours=1)
    await queries.add_job.run(
        tx, uuid7(), "eve.refresh_tokens", "completed", None, {}, {"refreshed": 3}, None, tx.now - 2 * hour,
        tx.now - 2 * hour, tx.now - 2 * hour,
    )  # fmt: skip
    await queries.add_job.run(
        tx, uuid7(), "eve.sync_character", "failed", str(characters[1]), {"only": ["mail"]}, None,
        FAILED, tx.now - hour, tx.now - hour, tx.now - hour,
    )  # fmt: skip
    await send(tx, SyncAffiliations())


async def _add_answers(tx: Transaction) -> None:
    """Two answers of ESI, under the keys that the API asks for."""
    tritanium = TypeInfo(
        TRITANIUM, "Tritanium", 18, "The main building block in space structures.", True, 0.01, None, 1857, tx.now
    )
    order = MarketOrder(
        6_000_000_001, TRITANIUM, JITA, 30000142, False, queries.PRICE, 1_000_000, 750_000, 1, "region", 90, tx.now
    )
    market = MarketOrders(FORGE, TRITANIUM, 1, 1, [order], tx.now)
    for key, body, lives in (
        (f"esi:universe:types:{TRITANIUM}", tritanium, timedelta(days=1)),
        (f"esi:market:{FORGE}:orders:{TRITANIUM}:all:1", market, timedelta(minutes=5)),
    ):
        await store_answer.run(tx, uuid7(), key, msgspec.json.encode(body), 200, tx.now, tx.now + lives, tx.now)


async def _add_notifications(tx: Transaction, characters: list[int]) -> None:
    """Four, of different types and statuses."""
    first, second, third = characters
    hour = timedelta(hours=1)
    told: tuple[tuple[UserId, int, str, str, str, dict[str, int], str, int, str | None], ...] = (
        (PILOT1, first, "skill_complete", "Skill trained", "Gunnery V", {"skill_id": 3300, "level": 5}, "read", 30,
         None),
        (PILOT1, second, "market_order_filled", "Market order filled", "Sold 1,000 × Tritanium at 5.25 ISK in Jita",
         {"type_id": TRITANIUM, "volume_total": 1000}, "sent", 5, None),
        (PILOT2, third, "industry_job_complete", "Industry job done", "10 × Rifter", {"activity_id": 1}, "pending", 0,
         None),
        (PILOT2, third, "eve_mail_received", "EVE mail", "Fly safe", {"mail_id": 1}, "failed", 3,
         "UNREGISTERED: the device is gone"),
    )  # fmt: skip
    for user_id, character, type_, title, body, data, status, hours, error in told:
        at = tx.now - hours * hour
        await queries.add_notification.run(
            tx, NotificationId(uuid7()), user_id, character, type_, title, body, data, status,
            f"{type_}:{character}:seed:{at:%Y%m%d%H}", at, at if status in ("sent", "read") else None,
            at + hour if status == "read" else None, error, tx.now if status == "pending" else None,
        )  # fmt: skip
