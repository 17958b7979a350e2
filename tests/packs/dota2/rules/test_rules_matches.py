"""Match rows: side and result, the significance rule on recorded history, and patches."""

import json
import os
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guildhall.packs.dota2.matches.rules import is_radiant, patch_at, won
from tests.packs.dota2.significance import BALANCED_GAME_MODES, BALANCED_LOBBY_TYPES, is_significant

REPOSITORY = Path(__file__).resolve().parents[4]
RECORDINGS = Path(os.environ.get("GUILDHALL_TEST_RECORDINGS", REPOSITORY.parent / "shared" / "data" / "dota2"))

moments = st.datetimes(datetime(2010, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))


def recording(*parts: str) -> str:
    path = RECORDINGS.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"no recording at {path}; set GUILDHALL_TEST_RECORDINGS")
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize("slot", [0, 1, 2, 3, 4])
def test_radiant_slots(slot: int) -> None:
    assert is_radiant(slot)
    assert not is_radiant(slot + 128)


@pytest.mark.parametrize(
    ("slot", "radiant_win", "result"),
    [
        (0, True, True),
        (4, False, False),
        (128, False, True),
        (132, True, False),
        (0, None, None),
        (128, None, None),
    ],
)
def test_result_of_a_player(slot: int, radiant_win: bool | None, result: bool | None) -> None:
    assert won(slot, radiant_win) is result


@given(st.integers(0, 4), st.integers(128, 132), st.booleans())
def test_exactly_one_side_wins(radiant: int, dire: int, radiant_win: bool) -> None:
    assert won(radiant, radiant_win) is not won(dire, radiant_win)


@pytest.mark.parametrize(
    ("game_mode", "lobby_type", "radiant_win", "duration", "counts"),
    [
        (22, 7, True, 2400, True),
        (22, 7, False, 361, True),
        (22, 7, True, 360, False),
        (22, 7, None, 2400, False),
        (23, 0, True, 2400, False),  # Turbo
        (18, 0, True, 2400, False),  # Ability Draft
        (21, 0, True, 2400, False),  # 1v1
        (22, 4, True, 2400, False),  # bots
        (22, 12, True, 2400, False),  # event lobby
        (99, 7, True, 2400, False),
        (22, 99, True, 2400, False),
    ],
)
def test_significance(game_mode: int, lobby_type: int, radiant_win: bool | None, duration: int, counts: bool) -> None:
    assert is_significant(game_mode, lobby_type, radiant_win, duration) is counts


@given(st.integers(0, 30), st.integers(0, 20), st.booleans(), st.integers(0, 10_000), st.integers(0, 10_000))
def test_a_longer_match_is_never_less_significant(
    game_mode: int, lobby_type: int, radiant_win: bool, duration: int, more: int
) -> None:
    shorter = is_significant(game_mode, lobby_type, radiant_win, duration)
    longer = is_significant(game_mode, lobby_type, radiant_win, duration + more)

    assert longer >= shorter


def test_significance_reproduces_the_recorded_totals() -> None:
    rows = json.loads(recording("odota_web_cachedAjax", "players_101695162_matches_significant=0.json"))
    totals = json.loads(recording("odota_web_cachedAjax", "players_101695162_wl_.json"))

    results = [
        won(row["player_slot"], row["radiant_win"])
        for row in rows
        if is_significant(row["game_mode"], row["lobby_type"], row["radiant_win"], row["duration"])
    ]

    assert len(rows) == 6211
    assert len(results) == 6075
    assert (results.count(True), results.count(False)) == (3747, 2328)
    assert totals == {"win": 3747, "lose": 2328}


@pytest.mark.parametrize(
    ("resource", "balanced"), [("game_mode", BALANCED_GAME_MODES), ("lobby_type", BALANCED_LOBBY_TYPES)]
)
def test_balanced_codes_are_those_of_dotaconstants(resource: str, balanced: frozenset[int]) -> None:
    constants = json.loads(recording("dotaconstants", "build", f"{resource}.json"))

    assert balanced == {code["id"] for code in constants.values() if code["balanced"]}


PATCHES = [
    (datetime(2025, 5, 22, 23, 36, 1, 602000, tzinfo=UTC), 58),
    (datetime(2025, 12, 16, 0, 50, 40, 281000, tzinfo=UTC), 59),
    (datetime(2026, 3, 24, 0, 50, 59, 580000, tzinfo=UTC), 60),
]


@pytest.mark.parametrize(
    ("start", "patch"),
    [
        (datetime(2025, 1, 1, tzinfo=UTC), None),
        (PATCHES[0][0], 58),
        (PATCHES[1][0] - timedelta(microseconds=1), 58),
        (PATCHES[1][0], 59),
        (datetime(2030, 1, 1, tzinfo=UTC), 60),
        (datetime(2025, 12, 16, 1, 0, tzinfo=timezone(timedelta(hours=1))), 58),
    ],
)
def test_patch_of_a_start(start: datetime, patch: int | None) -> None:
    assert patch_at(start, PATCHES) == patch


def test_no_patches_no_patch() -> None:
    assert patch_at(datetime(2026, 1, 1, tzinfo=UTC), []) is None


@given(moments, st.lists(moments, unique=True))
def test_patch_is_the_last_released(start: datetime, releases: list[datetime]) -> None:
    patches = [(release, number) for number, release in enumerate(sorted(releases))]
    released = [number for release, number in patches if release <= start]

    assert patch_at(start, patches) == max(released, default=None)
