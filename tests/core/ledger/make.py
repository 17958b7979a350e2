"""Accounts of people and of the house, with value in them."""

import asyncpg

from guildhall.clock import Clock
from guildhall.core.ledger.actions import account_of, post
from guildhall.core.ledger.ids import AccountId
from guildhall.core.ledger.schemas import Leg
from guildhall.db.policies import APP
from guildhall.db.pool import Database, PoolSettings
from guildhall.ids import UserId
from guildhall.testing.people import make_user

PURSE, MINT, CORKS = "club.purse", "club.mint", "club.corks"


async def open_wide(url: str) -> Database:
    """Open a pool of 64 connections, as the role of requests."""
    return await Database.open(PoolSettings(url, APP, smallest=64, largest=64, acquire_timeout=30), Clock())


async def make_purse(db: Database, url: str, amount: int = 0, name: str = "Anna") -> tuple[UserId, AccountId]:
    """Add a person whose purse has so much."""
    user = await make_user(url, name=name)
    async with db.write() as tx:
        purse = await account_of(tx, PURSE, CORKS, person=user)
        if amount:
            mint = await account_of(tx, MINT, CORKS)
            await post(tx, [Leg(purse, amount), Leg(mint, -amount)], key=f"club.gift:{purse}", kind="club.gift")
    return user, purse


async def make_purses(db: Database, url: str, count: int, amount: int) -> list[AccountId]:
    """Add people whose purses have so much each."""
    return [(await make_purse(db, url, amount, f"Person {number}"))[1] for number in range(count)]


async def balances(url: str) -> dict[AccountId, tuple[int, int]]:
    """Return what each purse has and what of it is held, as the owner of the tables sees it."""
    connection = await asyncpg.connect(url)
    found = await connection.fetch("select id, balance, held from core.ledger_accounts where owner <> 'house'")
    await connection.close()
    return {AccountId(row["id"]): (row["balance"], row["held"]) for row in found}
