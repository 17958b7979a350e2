"""The rules of raids: pulls, health, ends, numbers, loot."""

from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from itertools import permutations
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from guildhall.ids import UserId
from guildhall.packs.realm.raids.rules.figures import Told, Totals, after
from guildhall.packs.realm.raids.rules.loot import draw_loot
from guildhall.packs.realm.raids.rules.raids import (
    Progress,
    Pull,
    Step,
    Tick,
    begin_pull,
    end_pull,
    first_id_at,
    hurt_boss,
    take_tick,
)

START = datetime(2026, 11, 20, 20, 0, tzinfo=UTC)
PERCENT = st.integers(0, 100)
SECONDS = st.integers(-5, 900)


def went_on(raid: Progress, tick: Tick) -> tuple[Progress, list[Pull]]:
    """A raid after a tick that is possible."""
    taken = take_tick(raid, tick)
    assert not isinstance(taken, str), taken
    return taken


class RaidMachine(RuleBasedStateMachine):
    """A raid beside what a scribe writes down of it: what is refused changes nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.raid = Progress()
        self.at = START
        self.pulls: dict[int, Pull] = {}
        self.first: datetime | None = None

    def take(self, step: object) -> None:
        assert isinstance(step, Step), step
        self.raid = step.progress
        self.pulls[step.pull.number] = step.pull

    @rule(seconds=SECONDS)
    def time_passes(self, seconds: int) -> None:
        self.at += timedelta(seconds=seconds)  # a clock that is set back among them

    @precondition(lambda self: self.raid.status in ("preparing", "wipe"))
    @rule()
    def begin(self) -> None:
        before = self.raid.pulls
        self.take(begin_pull(self.raid, self.at))
        self.first = self.first or self.at
        assert (self.raid.status, self.raid.health, self.raid.pulls) == ("in_progress", 100, before + 1)
        assert self.raid.end_time is None
        assert self.raid.victory is None

    @precondition(lambda self: self.raid.status in ("in_progress", "victory"))
    @rule()
    def begin_is_refused(self) -> None:
        assert begin_pull(self.raid, self.at) == ("running" if self.raid.status == "in_progress" else "over")

    @precondition(lambda self: self.raid.status == "in_progress")
    @rule(health=PERCENT)
    def health(self, health: int) -> None:
        step = hurt_boss(self.raid, health)
        if health > self.raid.health:
            assert step == "health_rises"
        else:
            self.take(step)
            assert self.raid.health == health

    @precondition(lambda self: self.raid.status == "in_progress")
    @rule(victory=st.booleans())
    def end(self, victory: bool) -> None:
        health = self.raid.health
        self.take(end_pull(self.raid, "victory" if victory else "wipe", self.at))
        assert self.raid.victory is victory
        assert self.raid.health == (0 if victory else health)

    @precondition(lambda self: self.raid.status != "in_progress")
    @rule(health=PERCENT)
    def nothing_happens_between_pulls(self, health: int) -> None:
        why = "over" if self.raid.status == "victory" else "not_running"
        assert hurt_boss(self.raid, health) == why
        assert end_pull(self.raid, "wipe", self.at) == why
        assert take_tick(self.raid, Tick(self.at, health=health)) == why

    @rule(
        status=st.sampled_from([None, "in_progress", "wipe", "victory"]),
        health=st.none() | PERCENT,
        phase=st.none() | st.sampled_from(["one", "two"]),
    )
    def tick(self, status, health: int | None, phase: str | None) -> None:
        taken = take_tick(self.raid, Tick(self.at, status, health, phase))
        if isinstance(taken, str):
            return
        raid, pulls = taken
        if raid.pulls > self.raid.pulls:
            self.first = self.first or self.at
        self.raid = raid
        self.pulls |= {pull.number: pull for pull in pulls}

    @invariant()
    def the_books_agree(self) -> None:
        raid = self.raid
        assert sorted(self.pulls) == list(range(1, raid.pulls + 1))
        running = [pull for pull in self.pulls.values() if pull.status == "in_progress"]
        assert running == ([raid.pull] if raid.status == "in_progress" else [])
        assert (raid.status == "preparing") == (raid.pulls == 0)
        assert raid.start_time == self.first
        assert (raid.end_time is None) == (raid.status in ("preparing", "in_progress"))
        assert (raid.seconds is None) == (raid.end_time is None)
        assert (raid.kill_seconds is not None) == (raid.status == "victory")
        for pull in self.pulls.values():
            assert pull.ended_at is None or pull.ended_at >= pull.started_at
        won = [pull.number for pull in self.pulls.values() if pull.status == "victory"]
        assert won == ([raid.pulls] if raid.status == "victory" else [])
        if raid.pull is not None:
            assert raid.pull.best_health == raid.health


TestRaidMachine = RaidMachine.TestCase


def test_a_tick_that_is_refused_in_part_is_refused_in_whole():
    raid, _ = went_on(Progress(), Tick(START, "in_progress", 80))

    assert take_tick(raid, Tick(START, "victory", 90)) == "health_rises"
    assert raid.status == "in_progress"


def test_a_raid_can_begin_and_end_in_one_tick_of_a_late_game_server():
    raid, pulls = went_on(Progress(), Tick(START, "in_progress", 30, "burn"))

    assert [(pull.number, pull.best_health) for pull in pulls] == [(1, 30)]
    assert raid.phase == "burn"


def test_the_duration_runs_from_the_first_pull_to_the_last_end():
    raid = Progress()
    for seconds, tick in (
        (0, Tick(START, "in_progress")),
        (100, Tick(START + timedelta(seconds=100), "wipe", 40)),
        (160, Tick(START + timedelta(seconds=160), "in_progress")),
        (400, Tick(START + timedelta(seconds=400), "victory")),
    ):
        raid, _ = went_on(raid, tick)
        assert raid.seconds == (seconds if raid.end_time else None)

    assert (raid.seconds, raid.kill_seconds, raid.health, raid.pulls) == (400, 240, 0, 2)


TOLD = st.builds(
    Told,
    at=st.integers(0, 5).map(lambda n: START + timedelta(seconds=n)),
    damage_dealt=st.none() | st.integers(0, 50),
    healing=st.none() | st.integers(0, 50),
    damage_taken=st.none() | st.integers(0, 50),
    deaths=st.none() | st.integers(0, 5),
    uptime_percentage=st.none(),
)


@given(told=st.lists(TOLD, max_size=4))
def test_totals_do_not_depend_on_the_order_in_which_they_are_told(told):
    def fold(rows):
        totals = Totals()
        for one in rows:
            totals = after(totals, one)
        return totals

    assert len({fold(rows) for rows in permutations(told)}) == 1
    assert fold([*told, *told]) == fold(told)


def test_an_older_uptime_changes_nothing():
    late, early = START + timedelta(minutes=2), START + timedelta(minutes=1)
    totals = after(Totals(), Told(late, uptime_percentage=70, class_="mage"))

    assert after(totals, Told(early, uptime_percentage=90, class_="rogue")) == totals
    assert after(totals, Told(late, uptime_percentage=90)) == totals


PEOPLE = st.lists(st.uuids(), max_size=45)


@given(
    seed=st.integers(0, 2**52 - 1),
    boss=st.text(min_size=1, max_size=100),
    difficulty=st.sampled_from(["normal", "hard", "mythic"]),
    people=PEOPLE,
    data=st.data(),
)
def test_loot_follows_from_the_seed_and_the_people_alone(seed, boss, difficulty, people, data):
    loot = draw_loot(seed, boss, difficulty, people)

    assert loot == draw_loot(seed, boss, difficulty, data.draw(st.permutations(people)))
    assert len(loot) == {"normal": 2, "hard": 3, "mythic": 4}[difficulty] + len(set(people)) // 10
    assert [one.number for one in loot] == list(range(1, len(loot) + 1))
    assert all(1 <= len(one.item) <= 100 for one in loot)
    winners = [one.winner for one in loot]
    assert set(winners) <= (set(people) or {None})
    first = winners[: len(set(people))]
    assert not people or len(set(first)) == len(first)  # nobody wins twice before everybody has won


def test_the_draw_is_the_one_that_is_written_down():
    people = [UserId(UUID(int=number)) for number in (3, 1, 2)]

    loot = draw_loot(42, "Ragnaros", "mythic", people)

    draws = [
        int.from_bytes(blake2b((42).to_bytes(8, "big") + n.to_bytes(8, "big"), digest_size=8).digest(), "big")
        for n in range(3)
    ]
    assert loot[0].quality == ("rare" if draws[0] % 1000 < 500 else "epic" if draws[0] % 1000 < 960 else "legendary")
    assert loot[0].winner == sorted(people)[draws[2] % 3]


@pytest.mark.parametrize(
    ("at", "bits"), [(datetime(1970, 1, 1, tzinfo=UTC), 0), (START, int(START.timestamp() * 1000))]
)
def test_the_first_id_of_an_instant(at, bits):
    assert first_id_at(at).int >> 80 == bits
