"""A ledger as one would write it first: the SQLAlchemy ORM, both accounts read with SELECT FOR UPDATE in order.

A posting is a transaction: it is looked up by its key, both balances change, two entries are added.
"""

import uuid
from datetime import UTC, datetime

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Text, Uuid, select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from guildhall.ids import uuid7


class _Table(DeclarativeBase):
    __abstract__ = True


class Account(_Table):
    """An account with its balance."""

    __tablename__ = "accounts"
    __table_args__ = (CheckConstraint("balance >= 0"), {"schema": "peer"})

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    unit: Mapped[str] = mapped_column(Text)
    balance: Mapped[int] = mapped_column(BigInteger, default=0)


class Posting(_Table):
    """A movement under its key."""

    __tablename__ = "postings"
    __table_args__ = ({"schema": "peer"},)

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    key: Mapped[str] = mapped_column(Text, unique=True)
    kind: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Entry(_Table):
    """A side of a movement."""

    __tablename__ = "entries"
    __table_args__ = ({"schema": "peer"},)

    posting_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(Posting.id), primary_key=True)
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(Account.id), primary_key=True, index=True)
    amount: Mapped[int] = mapped_column(BigInteger)
    balance_after: Mapped[int] = mapped_column(BigInteger)


async def fill(engine: AsyncEngine, accounts: list[uuid.UUID], amount: int) -> None:
    """Make the tables, and accounts of so much each."""
    async with engine.begin() as connection:
        await connection.exec_driver_sql("create schema peer")
        await connection.run_sync(_Table.metadata.create_all)
    async with AsyncSession(engine) as session, session.begin():
        session.add_all(Account(id=one, unit="bench.coins", balance=amount) for one in accounts)


async def move(
    sessions: async_sessionmaker[AsyncSession], source: uuid.UUID, target: uuid.UUID, amount: int, key: str
) -> bool:
    """Move value once; return whether it moved."""
    async with sessions() as session, session.begin():
        if await session.scalar(select(Posting.id).where(Posting.key == key)):
            return False
        found = await session.scalars(
            select(Account).where(Account.id.in_((source, target))).order_by(Account.id).with_for_update()
        )
        by_id = {one.id: one for one in found}
        if by_id[source].balance < amount:
            return False
        by_id[source].balance -= amount
        by_id[target].balance += amount
        posting = Posting(id=uuid7(), key=key, kind="bench.move", created_at=datetime.now(UTC))
        session.add(posting)
        await session.flush()
        session.add_all(
            [
                Entry(posting_id=posting.id, account_id=source, amount=-amount, balance_after=by_id[source].balance),
                Entry(posting_id=posting.id, account_id=target, amount=amount, balance_after=by_id[target].balance),
            ]
        )
    return True
