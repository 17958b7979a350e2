"""A pilot's wallet: the balance, its journal and the trades, all from what the orders did."""

from dataclasses import dataclass, field
from typing import Any

from guildhall.packs.eve.sandbox import kinds
from guildhall.packs.eve.sandbox.catalogue import AGENTS
from guildhall.packs.eve.sandbox.clock import iso
from guildhall.packs.eve.sandbox.options import MAX_PILOTS
from guildhall.packs.eve.sandbox.orders import Order
from guildhall.packs.eve.sandbox.pilots import Pilot
from guildhall.sandbox.clock import DAY
from guildhall.sandbox.dice import Dice

TRANSACTIONS = 2500
_KEPT = 30 * DAY
_SECURE_COMMERCE = 1000132
_TAX = 0.036
# Ids: ten a second and pilot for trades, ten for their taxes, the rest for other income.
_A_PILOT = 32
_A_SECOND = _A_PILOT * MAX_PILOTS
_JOURNAL = 5_000_000_000_000_000


@dataclass
class Entry:
    """One line of the journal; `amount` in ISK, negative for what was paid."""

    id: int
    at: float
    amount: float
    kind: str
    other: int
    text: str
    context: int | None = None


@dataclass
class Wallet:
    """The part of a wallet that orders do not explain: a first balance and other income."""

    base: float
    others: list[Entry] = field(default_factory=list)


def make_wallet(dice: Dice, pilot: Pilot, epoch: int) -> Wallet:
    """Bounties every other day of the last month, and a balance that never becomes negative."""
    draw = dice.roll(kinds.WALLET, pilot.index)
    wallet = Wallet(2_500_000_000.0 + draw[0] * 10_000.0)
    for place in range(15):
        at = epoch - (2 * place + 1) * DAY - draw[1 + place % 30] % DAY // 2
        amount = round(1_000_000.0 + draw[2 + place % 29] * 150.0, 2)
        text = f"{pilot.name} got bounty prizes for killing pirates in Amamake"
        wallet.others.append(
            Entry(_entry_id(at, pilot.index, 20), float(at), amount, "bounty_prizes", 1000125, text, 30002537)
        )
    return wallet


def _entry_id(at: float, index: int, number: int) -> int:
    """Ids rise with time and differ between pilots and what happens in one second."""
    return (int(at) - 1_500_000_000) * _A_SECOND + index * _A_PILOT + number


def trades(orders: list[Order], index: int, now: float) -> list[tuple[int, Order, float, int]]:
    """All trades, newest first: transaction id, order, time, pieces."""
    found = {}
    for order in orders:
        for number, at, pieces in order.trades(now):
            if pieces:
                transaction = _entry_id(at, index, (order.id + number) % 10)
                while transaction in found:
                    transaction += 1
                found[transaction] = (transaction, order, at, pieces)
    return sorted(found.values(), key=lambda trade: -trade[0])


def _entries(wallet: Wallet, orders: list[Order], pilot: Pilot, now: float) -> list[tuple[Entry, float]]:
    """All lines with the balance after each, oldest first."""
    lines = [entry for entry in wallet.others if entry.at <= now]
    customer = next(iter(AGENTS))
    for transaction, order, at, pieces in trades(orders, pilot.index, now):
        price = round(order.price * pieces, 2)
        worth = -price if order.buying else price
        text = f"Market: {pilot.name} {'bought' if order.buying else 'sold'} {order.thing.name}"
        lines.append(Entry(transaction + _JOURNAL, at, worth, "market_transaction", customer, text, transaction))
        if not order.buying:
            tax = -round(price * _TAX, 2)
            paid = "Sales tax paid to the SCC"
            lines.append(
                Entry(transaction + _JOURNAL + 10, at, tax, "transaction_tax", _SECURE_COMMERCE, paid, transaction)
            )
    lines.sort(key=lambda line: (line.at, line.id))
    balance, found = wallet.base, []
    for line in lines:
        balance = round(balance + line.amount, 2)
        found.append((line, balance))
    return found


def balance_answer(wallet: Wallet, orders: list[Order], pilot: Pilot, now: float) -> float:
    """GET /wallet: a plain number."""
    entries = _entries(wallet, orders, pilot, now)
    return entries[-1][1] if entries else wallet.base


def journal_answer(wallet: Wallet, orders: list[Order], pilot: Pilot, now: float) -> list[dict[str, Any]]:
    """GET /wallet/journal: all rows of 30 days, newest first."""
    rows = []
    for line, balance in reversed(_entries(wallet, orders, pilot, now)):
        if line.at <= now - _KEPT:
            break
        row: dict[str, Any] = {
            "amount": line.amount,
            "balance": balance,
            "date": iso(line.at),
            "description": line.text,
            "first_party_id": pilot.id if line.amount < 0 else line.other,
            "id": line.id,
            "reason": "",
            "ref_type": line.kind,
            "second_party_id": line.other if line.amount < 0 else pilot.id,
        }
        if line.context is not None:
            row["context_id"] = line.context
            row["context_id_type"] = "system_id" if line.kind == "bounty_prizes" else "market_transaction_id"
        rows.append(row)
    return rows


def transactions_answer(orders: list[Order], index: int, now: float, from_id: int | None) -> list[dict[str, Any]]:
    """GET /wallet/transactions: newest first, at most 2,500, from `from_id` on (itself too) into the past."""
    return [
        {
            "client_id": next(iter(AGENTS)),
            "date": iso(at),
            "is_buy": order.buying,
            "is_personal": not order.corporation,
            "journal_ref_id": transaction + _JOURNAL,
            "location_id": order.location_id,
            "quantity": pieces,
            "transaction_id": transaction,
            "type_id": order.thing.id,
            "unit_price": order.price,
        }
        for transaction, order, at, pieces in trades(orders, index, now)
        if at > now - _KEPT and (from_id is None or transaction <= from_id)
    ][:TRANSACTIONS]
