"""Notifications of the game to a pilot: their text is YAML, of types that clients may not know."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from guildhall.packs.eve.sandbox import kinds
from guildhall.packs.eve.sandbox.clock import iso
from guildhall.packs.eve.sandbox.options import MAX_PILOTS
from guildhall.packs.eve.sandbox.pilots import Pilot
from guildhall.packs.eve.sandbox.recordings import recorded
from guildhall.sandbox.clock import HOUR, MINUTE
from guildhall.sandbox.dice import Dice

UNKNOWN_TYPE = "unknown notification type (287)"
_FIRST_SECOND = 1_577_836_800
_COUNT = 24
_LATER = 12


@dataclass
class Notification:
    """One notification; time in unix seconds."""

    id: int
    type: str
    sender: int
    sender_type: str
    at: float
    text: str | None
    read: bool | None = None


def _texts(pilot: Pilot) -> tuple[tuple[str, int, str, str], ...]:
    link = f'<a href="showinfo:1383//{pilot.id}">{pilot.name}</a>'
    structure = (
        "solarsystemID: 30002537\nstructureID: &id001 1038046192011\nstructureShowInfoData:\n- showinfo\n- 35832\n"
        "- *id001\nstructureTypeID: 35832\n"
    )
    return (
        (
            "StructureFuelAlert",
            pilot.corporation_id,
            "corporation",
            f"listOfTypesAndQty:\n- - 40\n  - 4246\n{structure}",
        ),
        (
            "StructureUnderAttack",
            1000125,
            "corporation",
            "allianceID: null\narmorPercentage: 100.0\ncharID: 3012345\n"
            "hullPercentage: 100.0\nshieldPercentage: 94.87\n"
            f"{structure}",
        ),
        (
            "CorpAppNewMsg",
            3018681,
            "character",
            f"applicationText: hello\ncharID: 3018681\ncorpID: {pilot.corporation_id}\n",
        ),
        (
            "MoonminingLaserFired",
            pilot.corporation_id,
            "corporation",
            f"firedBy: {pilot.id}\nfiredByLink: {link}\nmoonID: 40161465\n"
            "oreVolumeByType:\n  46300: 6022254.470615254\n"
            f"{structure}",
        ),
        ("IndustryOperationFinished", 1000132, "corporation", "activityID: 1\nlocationID: 1038046192011\n"),
        ("InsurancePayoutMsg", 1000132, "corporation", "amount: 1340000.0\nitemID: 1030000000017\npayout: 1\n"),
    )


def make_notifications(dice: Dice, pilot: Pilot, epoch: int, unknown: bool) -> list[Notification]:
    """Two dozen of the last days and twelve of the next ones, oldest first."""
    made = []
    texts = _texts(pilot)
    for place in range(_COUNT + _LATER):
        draw = dice.roll(kinds.NOTIFICATIONS, pilot.index, place)
        at = epoch + (place - _COUNT) * 5 * HOUR + 40 * MINUTE + draw[0] % (2 * HOUR)
        kind, sender, sender_type, text = texts[draw[1] % len(texts)]
        if unknown and place % 12 == 7:
            kind, text = UNKNOWN_TYPE, "solarSystemID: 30002537\n"
        made.append(
            Notification(
                id=(at - _FIRST_SECOND) * MAX_PILOTS + pilot.index,
                type=kind,
                sender=sender,
                sender_type=sender_type,
                at=float(at),
                text=text,
                read=True if place < _COUNT - 4 else None,
            )
        )
    return made


def recorded_notifications(folder: Path | None) -> list[Notification]:
    """The recorded notifications where their file exists, under their own ids."""
    body = recorded(folder, "evebuddy/notifications.json")
    if body is None:
        return []
    return [
        Notification(
            row["notification_id"],
            row["type"],
            row["sender_id"],
            row["sender_type"],
            msgspec.convert(row["timestamp"], datetime).timestamp(),
            row.get("text"),
            row.get("is_read"),
        )
        for row in msgspec.json.decode(body)
    ]


def notifications_answer(kept: list[Notification], now: float) -> list[dict[str, Any]]:
    """GET /notifications: the newest 500."""
    rows = []
    for one in sorted((one for one in kept if one.at <= now), key=lambda one: -one.at)[:500]:
        row: dict[str, Any] = {
            "notification_id": one.id,
            "sender_id": one.sender,
            "sender_type": one.sender_type,
            "timestamp": iso(one.at),
            "type": one.type,
        }
        if one.text is not None:
            row["text"] = one.text
        if one.read is not None:
            row["is_read"] = one.read
        rows.append(row)
    return rows
