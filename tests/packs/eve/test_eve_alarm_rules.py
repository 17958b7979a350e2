"""Alarms never tell a lie: whatever became of a queue between the planning and the time."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from guildhall.packs.eve.alarms import rules as alarms
from guildhall.packs.eve.ids import CharacterId
from guildhall.packs.eve.orders.rules import outcome, worth_telling
from guildhall.packs.eve.skills.rules import QueueRow, SkillRow, ends_at, left, merged, percent, queue_at, queue_state

CHARACTER = CharacterId(UUID(int=7))
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
WITHIN = timedelta(hours=24)


def entry(position, skill_id, level, finish, start=None):
    return QueueRow(position, skill_id, None, level, start, finish, 0, 0, 1000)


@st.composite
def queues(draw, most=6):
    """A queue as ESI gives it: consecutive, some of it finished; or paused, without any dates."""
    count = draw(st.integers(0, most))
    paused = draw(st.booleans())
    at = NOW + timedelta(minutes=draw(st.integers(-600, 60)))
    rows = []
    for position in range(count):
        start, at = at, at + timedelta(minutes=draw(st.integers(1, 400)))
        skill = draw(st.integers(3300, 3306))
        level = draw(st.integers(1, 5))
        rows.append(entry(position + 2, skill, level, None if paused else at, None if paused else start))
    return rows


def told(planned, entries, at, trained=None, made_at=NOW, confirmed_at=None):
    """What would be told of planned alarms at a time, by the queue as it is then."""
    found = []
    for alarm in planned:
        if alarm.fire_at > at:
            continue
        if alarm.kind == "skill_complete":
            level = (trained or {}).get(alarms.skill_of(alarm.subject)[0])
            verdict = alarms.judge_skill(alarm.subject, entries, level, at)
        else:
            verdict = alarms.judge_queue(alarm.kind, entries, at, WITHIN, made_at, confirmed_at)
        if verdict == "tell":
            found.append(alarm)
    return found


@given(queues(), queues(), st.integers(0, 3000))
def test_a_queue_that_was_changed_never_tells_a_lie(before, changed, minutes):
    planned = alarms.queue_alarms(CHARACTER, before, before, NOW, since=NOW, ends_within=WITHIN)
    at = NOW + timedelta(minutes=minutes)
    for alarm in told(planned, changed, at, confirmed_at=at):
        if alarm.kind == "skill_complete":
            skill_id, level = alarms.skill_of(alarm.subject)
            assert any(
                e.skill_id == skill_id and e.finished_level == level and e.finish_date and e.finish_date <= at
                for e in changed
            )
        elif alarm.kind == "queue_empty":
            assert not left(changed, at)
        elif alarm.kind == "queue_ends_soon":
            assert queue_state(changed, at) == "training"
        elif alarm.kind == "queue_paused":
            assert queue_state(changed, at) == "paused"
        else:
            assert changed == []


@given(queues())
def test_a_paused_queue_has_no_times(rows):
    paused = [entry(row.queue_position, row.skill_id, row.finished_level, None) for row in rows]
    planned = alarms.queue_alarms(CHARACTER, paused, paused, NOW, since=NOW - HOUR, ends_within=WITHIN)
    assert planned == []
    assert ends_at(paused) is None
    shown = queue_at(paused, NOW, WITHIN, NOW)
    assert shown.paused == bool(paused)
    assert all(item.remaining_seconds is None and item.percent is None for item in shown.items)


@given(queues())
def test_the_alarms_of_an_unchanged_queue_are_the_same_again(rows):
    first = alarms.queue_alarms(CHARACTER, rows, rows, NOW, since=NOW, ends_within=WITHIN)
    again = alarms.queue_alarms(CHARACTER, rows, rows, NOW + HOUR, since=NOW, ends_within=WITHIN)
    assert first == again


def test_a_sudden_pause_is_believed_at_the_second_answer_only():
    running = [entry(0, 3300, 5, NOW + HOUR)]
    paused = [entry(0, 3300, 5, None)]
    (alarm,) = alarms.queue_alarms(CHARACTER, running, paused, NOW, since=NOW, ends_within=WITHIN)
    assert (alarm.kind, alarm.condition) == ("queue_paused", True)
    later = alarm.fire_at
    assert alarms.judge_queue("queue_paused", paused, later, WITHIN, NOW, NOW) == "wait"
    assert alarms.judge_queue("queue_paused", paused, later, WITHIN, NOW, later) == "tell"
    assert alarms.judge_queue("queue_paused", running, later, WITHIN, NOW, later) == "drop"


def test_an_empty_answer_after_a_full_queue_waits_for_a_second_one():
    running = [entry(0, 3300, 5, NOW + HOUR)]
    (alarm,) = alarms.queue_alarms(CHARACTER, running, [], NOW, since=NOW, ends_within=WITHIN)
    assert alarm.kind == "queue_vanished"
    assert alarms.judge_queue("queue_vanished", [], alarm.fire_at, WITHIN, NOW, NOW) == "wait"
    assert alarms.judge_queue("queue_vanished", running, alarm.fire_at, WITHIN, NOW, alarm.fire_at) == "drop"


def test_what_a_login_has_cleared_counts_by_the_skills():
    subject = alarms.skill_subject(3300, 4)
    assert alarms.judge_skill(subject, [], 4, NOW) == "tell"
    assert alarms.judge_skill(subject, [], 3, NOW) == "drop"
    assert alarms.judge_skill(subject, [], None, NOW) == "drop"


def test_jobs_and_extractors_are_judged_by_what_they_are_now():
    class Job:
        job_id = 1

        def __init__(self, status, end) -> None:
            self.status, self.end_date = status, end

    for status, end, verdict in (
        ("active", NOW, "tell"), ("ready", NOW - HOUR, "tell"), ("paused", NOW - HOUR, "drop"),
        ("delivered", NOW - HOUR, "drop"), ("cancelled", NOW - HOUR, "drop"), ("active", NOW + HOUR, "drop"),
    ):  # fmt: skip
        assert alarms.judge_job(Job(status, end), NOW) == verdict
    assert alarms.judge_job(None, NOW) == "drop"

    class Pin:
        pin_id = 1

        def __init__(self, expiry) -> None:
            self.expiry_time = expiry

    assert [alarms.judge_extractor(Pin(at), NOW) for at in (NOW, NOW + HOUR, None)] == ["tell", "drop", "drop"]


@given(queues(), st.integers(0, 3000), st.dictionaries(st.integers(3300, 3306), st.integers(0, 5)))
def test_merged_skills_never_lose_a_level(rows, minutes, levels):
    at = NOW + timedelta(minutes=minutes)
    skills = [SkillRow(skill_id, None, level, level, 10) for skill_id, level in levels.items()]
    found = {skill.skill_id: skill for skill in merged(skills, rows, at)}
    for skill in skills:
        assert found[skill.skill_id].trained_skill_level >= skill.trained_skill_level
        assert found[skill.skill_id].active_skill_level == skill.active_skill_level
    for row in rows:
        if row.finish_date is not None and row.finish_date <= at:
            assert found[row.skill_id].trained_skill_level >= row.finished_level
    assert set(found) == set(levels) | {
        row.skill_id for row in rows if row.finish_date is not None and row.finish_date <= at
    }


@given(queues(), st.integers(0, 100), st.integers(0, 100))
def test_time_only_moves_a_queue_on(rows, first, second):
    early, late = sorted((first, second))
    one = queue_at(rows, NOW + timedelta(minutes=early), WITHIN, NOW)
    two = queue_at(rows, NOW + timedelta(minutes=late), WITHIN, NOW)
    assert two.entries_left <= one.entries_left
    for a, b in zip(one.items, two.items, strict=True):
        if a.percent is not None:
            assert 0 <= a.percent <= (b.percent or 0) <= 100
            assert (b.remaining_seconds or 0) <= (a.remaining_seconds or 0)


def test_percent_counts_what_was_trained_before():
    row = QueueRow(0, 1, None, 5, NOW, NOW + 2 * HOUR, 500, 0, 1000)
    assert percent(row, NOW) == 50.0
    assert percent(row, NOW + HOUR) == 75.0
    assert percent(row, NOW + 3 * HOUR) == 100.0


def test_orders_end_as_the_history_implies():
    assert outcome("expired", 0) == "filled"
    assert outcome("expired", 3) == "expired"
    assert outcome("cancelled", 3) == "cancelled"
    assert worth_telling(90, "filled")
    assert not worth_telling(0, "filled")
    assert not worth_telling(90, "unknown")
    assert not worth_telling(90, "cancelled")
