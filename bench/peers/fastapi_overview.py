"""FastAPI with SQLAlchemy's async ORM and pydantic: the overview of a companion app, done right.

Its models are of the same tables as ours, so that both answer from the same rows. What the endpoint returns is kept
for a minute, as ours is; the access token is checked with every request, its session is not.
"""

import os
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from fastapi import Depends, FastAPI, HTTPException, Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey
from pydantic import BaseModel
from sqlalchemy import ForeignKey, MetaData, Uuid, func, select
from sqlalchemy.ext.asyncio import async_sessionmaker
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship, selectinload
from sqlalchemy.types import ARRAY, DateTime, Numeric, String

from bench.peers.tables import engine_for

FRESH_SECONDS = 60
ENDING = timedelta(hours=24)
PATH = "/api/v1/eve/overview"


class Base(DeclarativeBase):
    """The tables of the pack."""

    metadata = MetaData(schema="eve")
    type_annotation_map = {datetime: DateTime(timezone=True), Decimal: Numeric()}  # noqa: RUF012


def _owner() -> Mapped[UUID]:
    return mapped_column(ForeignKey("eve.characters.id"), primary_key=True)


class CharacterRow(Base):
    """A character."""

    __tablename__ = "characters"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    user_id: Mapped[UUID]
    character_id: Mapped[int]
    character_name: Mapped[str]
    corporation_id: Mapped[int | None]
    alliance_id: Mapped[int | None]
    token_state: Mapped[str]
    last_sync_at: Mapped[datetime | None]
    scopes: Mapped[list[str]] = mapped_column(ARRAY(String))

    queue: Mapped[list["QueueRow"]] = relationship(order_by="QueueRow.queue_position")
    orders: Mapped[list["OrderRow"]] = relationship()
    jobs: Mapped[list["JobRow"]] = relationship()
    extractors: Mapped[list["ExtractorRow"]] = relationship()
    planets: Mapped[list["PlanetRow"]] = relationship()
    sections: Mapped[list["SectionRow"]] = relationship()
    totals: Mapped["TotalsRow | None"] = relationship()
    wallet: Mapped["BalanceRow | None"] = relationship()
    location: Mapped["LocationRow | None"] = relationship()


class QueueRow(Base):
    """A line of the skill queue."""

    __tablename__ = "skill_queue"

    character: Mapped[UUID] = _owner()
    queue_position: Mapped[int] = mapped_column(primary_key=True)
    skill_id: Mapped[int]
    finished_level: Mapped[int]
    start_date: Mapped[datetime | None]
    finish_date: Mapped[datetime | None]


class OrderRow(Base):
    """A market order."""

    __tablename__ = "market_orders"

    character: Mapped[UUID] = _owner()
    order_id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str]
    is_buy_order: Mapped[bool]
    price: Mapped[Decimal]
    volume_remain: Mapped[int]
    escrow: Mapped[Decimal | None]


class JobRow(Base):
    """An industry job."""

    __tablename__ = "industry_jobs"

    character: Mapped[UUID] = _owner()
    job_id: Mapped[int] = mapped_column(primary_key=True)
    status: Mapped[str]
    end_date: Mapped[datetime]


class ExtractorRow(Base):
    """An extractor."""

    __tablename__ = "extractors"

    character: Mapped[UUID] = _owner()
    planet_id: Mapped[int] = mapped_column(primary_key=True)
    pin_id: Mapped[int] = mapped_column(primary_key=True)
    expiry_time: Mapped[datetime | None]


class PlanetRow(Base):
    """A colony."""

    __tablename__ = "planets"

    character: Mapped[UUID] = _owner()
    planet_id: Mapped[int] = mapped_column(primary_key=True)


class SectionRow(Base):
    """How old a part of the data is."""

    __tablename__ = "section_syncs"

    character: Mapped[UUID] = _owner()
    section: Mapped[str] = mapped_column(primary_key=True)
    synced_at: Mapped[datetime | None]


class TotalsRow(Base):
    """Skill points."""

    __tablename__ = "skill_totals"

    character: Mapped[UUID] = _owner()
    total_sp: Mapped[int]
    unallocated_sp: Mapped[int]


class BalanceRow(Base):
    """ISK."""

    __tablename__ = "wallet_balances"

    character: Mapped[UUID] = _owner()
    balance: Mapped[Decimal]


class LocationRow(Base):
    """Where a character is."""

    __tablename__ = "locations"

    character: Mapped[UUID] = _owner()
    solar_system_id: Mapped[int | None]
    ship_type_id: Mapped[int | None]
    ship_name: Mapped[str | None]
    online: Mapped[bool | None]


class MailRow(Base):
    """A mail."""

    __tablename__ = "mails"

    character: Mapped[UUID] = _owner()
    mail_id: Mapped[int] = mapped_column(primary_key=True)
    is_read: Mapped[bool]


class NameRow(Base):
    """What something is called."""

    __tablename__ = "names"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Training(BaseModel):
    """The skill that trains."""

    skill_id: int
    skill_name: str | None
    level: int
    start_date: datetime | None
    finish_date: datetime | None


class Queue(BaseModel):
    """The skill queue."""

    state: str
    entries_left: int
    ends_at: datetime | None
    training: Training | None


class Orders(BaseModel):
    """Open orders."""

    sell: int
    buy: int
    unknown: int
    sell_value: Decimal
    escrow: Decimal


class Jobs(BaseModel):
    """Industry jobs."""

    active: int
    ready: int
    paused: int
    next_end_at: datetime | None


class Planets(BaseModel):
    """Colonies."""

    planets: int
    extractors: int
    expired: int
    next_expiry_at: datetime | None


class Place(BaseModel):
    """Where a character is."""

    solar_system_id: int | None
    solar_system_name: str | None
    ship_type_id: int | None
    ship_name: str | None
    online: bool | None


class Character(BaseModel):
    """A character at a glance."""

    character_id: int
    character_name: str
    corporation_id: int | None
    corporation_name: str | None
    alliance_id: int | None
    is_default: bool
    token_state: str
    total_sp: int | None
    unallocated_sp: int | None
    balance: Decimal | None
    mail_unread: int
    queue: Queue
    orders: Orders
    industry: Jobs
    planets: Planets
    place: Place
    alerts: list[str]
    last_sync_at: datetime | None
    synced_at: dict[str, datetime | None]


class Overview(BaseModel):
    """All characters of a user."""

    characters: list[Character]
    total_sp: int
    balance: Decimal
    mail_unread: int
    alerts: int
    as_of: datetime | None


def overview_of(rows: Sequence[CharacterRow], unread: dict[UUID, int], names: dict[int, str]) -> Overview:
    """The answer that stored rows make."""
    now = datetime.now(UTC)
    characters = [_character(row, unread.get(row.id, 0), names, now) for row in rows]
    return Overview(
        characters=characters,
        total_sp=sum(one.total_sp or 0 for one in characters),
        balance=sum((one.balance or Decimal(0) for one in characters), Decimal(0)),
        mail_unread=sum(one.mail_unread for one in characters),
        alerts=sum(len(one.alerts) for one in characters),
        as_of=min((one.last_sync_at for one in characters if one.last_sync_at is not None), default=None),
    )


def _character(row: CharacterRow, unread: int, names: dict[int, str], now: datetime) -> Character:
    rest = [entry for entry in row.queue if entry.finish_date is None or entry.finish_date > now]
    state = "empty" if not rest else "paused" if any(e.finish_date is None for e in rest) else "training"
    ends_at = max((e.finish_date for e in rest if e.finish_date is not None), default=None)
    running = [job for job in row.jobs if job.status in ("active", "ready")]
    ready = sum(job.end_date <= now for job in running)
    expired = sum(pin.expiry_time is None or pin.expiry_time <= now for pin in row.extractors)
    alerts = [f"queue_{state}"] if state != "training" else []
    if state == "training" and ends_at is not None and ends_at - now <= ENDING:
        alerts.append("queue_ending")
    alerts += ["jobs_ready"] * bool(ready) + ["extractors_expired"] * bool(expired)
    place = row.location
    system = place.solar_system_id if place is not None else None
    return Character(
        character_id=row.character_id,
        character_name=row.character_name,
        corporation_id=row.corporation_id,
        corporation_name=names.get(row.corporation_id or 0),
        alliance_id=row.alliance_id,
        is_default=False,
        token_state=row.token_state,
        total_sp=row.totals.total_sp if row.totals else None,
        unallocated_sp=row.totals.unallocated_sp if row.totals else None,
        balance=row.wallet.balance if row.wallet else None,
        mail_unread=unread,
        queue=Queue(
            state=state,
            entries_left=len(rest),
            ends_at=ends_at if state == "training" else None,
            training=Training(
                skill_id=rest[0].skill_id,
                skill_name=names.get(rest[0].skill_id),
                level=rest[0].finished_level,
                start_date=rest[0].start_date,
                finish_date=rest[0].finish_date,
            )
            if state == "training"
            else None,
        ),
        orders=Orders(
            sell=sum(o.state == "open" and not o.is_buy_order for o in row.orders),
            buy=sum(o.state == "open" and o.is_buy_order for o in row.orders),
            unknown=sum(o.state == "unknown" for o in row.orders),
            sell_value=sum(
                (o.price * o.volume_remain for o in row.orders if o.state == "open" and not o.is_buy_order), Decimal(0)
            ),
            escrow=sum((o.escrow or Decimal(0) for o in row.orders if o.state == "open"), Decimal(0)),
        ),
        industry=Jobs(
            active=len(running) - ready,
            ready=ready,
            paused=sum(job.status == "paused" for job in row.jobs),
            next_end_at=min((job.end_date for job in running if job.end_date > now), default=None),
        ),
        planets=Planets(
            planets=len(row.planets),
            extractors=len(row.extractors),
            expired=expired,
            next_expiry_at=min((p.expiry_time for p in row.extractors if p.expiry_time and p.expiry_time > now),
                               default=None),
        ),
        place=Place(
            solar_system_id=system,
            solar_system_name=names.get(system or 0),
            ship_type_id=place.ship_type_id if place else None,
            ship_name=place.ship_name if place else None,
            online=place.online if place else None,
        ),
        alerts=alerts,
        last_sync_at=row.last_sync_at,
        synced_at={section.section: section.synced_at for section in row.sections},
    )  # fmt: skip


def create_app() -> FastAPI:
    """The application, set by the environment.

    DATABASE_URL; PEER_JWT_KEY (hexadecimal); PEER_CACHE: `models` (the default: what the endpoint returns is kept) or
    `bytes` (the encoded answer is kept too).
    """
    environment = os.environ
    engine = engine_for(environment["DATABASE_URL"], 8)
    sessions = async_sessionmaker(engine, expire_on_commit=False)
    key = OctKey.import_key(bytes.fromhex(environment["PEER_JWT_KEY"]))
    kept: dict[UUID, tuple[float, Overview]] = {}
    encoded: dict[UUID, tuple[float, bytes]] = {}
    bearer = HTTPBearer()

    def user(credentials: Annotated[HTTPAuthorizationCredentials, Depends(bearer)]) -> UUID:
        try:
            claims = jwt.decode(credentials.credentials, key, algorithms=["HS256"]).claims
            if claims["exp"] < time.time() or claims["aud"] != "guildhall":
                raise HTTPException(401)
            return UUID(claims["sub"])
        except (JoseError, KeyError, ValueError) as error:
            raise HTTPException(401) from error

    async def signed_in(credentials: Annotated[HTTPAuthorizationCredentials, Depends(bearer)]) -> UUID:
        return user(credentials)  # async, for FastAPI gives what is not to a thread

    async def load(user_id: UUID) -> Overview:
        known = kept.get(user_id)
        if known is not None and known[0] > time.monotonic():
            return known[1]
        async with sessions() as session:
            related = (
                CharacterRow.queue, CharacterRow.orders, CharacterRow.jobs, CharacterRow.extractors,
                CharacterRow.planets, CharacterRow.sections, CharacterRow.totals, CharacterRow.wallet,
                CharacterRow.location,
            )  # fmt: skip
            found = await session.scalars(
                select(CharacterRow)
                .where(CharacterRow.user_id == user_id)
                .order_by(CharacterRow.character_name)
                .options(*(selectinload(one) for one in related))
            )
            rows = found.all()
            counts = await session.execute(
                select(MailRow.character, func.count())
                .where(MailRow.character.in_([row.id for row in rows]), MailRow.is_read.is_(False))
                .group_by(MailRow.character)
            )
            ids = {e.skill_id for row in rows for e in row.queue} | {row.corporation_id for row in rows}
            ids |= {row.location.solar_system_id for row in rows if row.location}
            named = await session.scalars(select(NameRow).where(NameRow.id.in_(ids - {None})))
            overview = overview_of(rows, dict(counts.tuples().all()), {row.id: row.name for row in named})
        kept[user_id] = (time.monotonic() + FRESH_SECONDS, overview)
        return overview

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        yield
        await engine.dispose()

    app = FastAPI(lifespan=lifespan)

    async def overview(user_id: Annotated[UUID, Depends(signed_in)]) -> Overview:
        return await load(user_id)

    async def encoded_overview(user_id: Annotated[UUID, Depends(signed_in)]) -> Response:
        known = encoded.get(user_id)
        if known is None or known[0] <= time.monotonic():
            known = (time.monotonic() + FRESH_SECONDS, (await load(user_id)).model_dump_json().encode())
            encoded[user_id] = known
        return Response(known[1], media_type="application/json")

    app.get(PATH)(encoded_overview if environment.get("PEER_CACHE") == "bytes" else overview)
    return app
