"""Limits of the game's API: their headers, and the promise that no window is ever passed."""

import heapq
from collections import defaultdict, deque
from itertools import count
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guildhall.packs.poe2.ggg.rules.headers import Rule, Standing, Told, Window, read_limits, read_wait
from guildhall.packs.poe2.ggg.rules.windows import (
    UNKNOWN,
    Hit,
    Refusal,
    longest_window,
    made_by_others,
    most_hits,
    refusal,
)
from guildhall.packs.poe2.sandbox.ggg.limits import Policies
from guildhall.packs.poe2.sandbox.ggg.options import SandboxPolicy

ANN, BEN = UUID(int=1), UUID(int=2)
NEVER = float("inf")


def test_several_rules_and_windows_are_read():
    told = read_limits(
        {
            "X-Rate-Limit-Policy": "character-request-limit-poe2",
            "X-Rate-Limit-Rules": "Client, Account",
            "X-Rate-Limit-Client": "45:10:60,120:60:120,360:300:600",
            "X-Rate-Limit-Client-State": "3:10:0,17:60:0,17:300:0",
            "X-Rate-Limit-Account": "5:10:60,30:300:300",
            "X-Rate-Limit-Account-State": "6:10:58,6:300:0",
        }
    )

    assert told == Told(
        "character-request-limit-poe2",
        (
            Rule(
                "Client",
                (Window(45, 10, 60), Window(120, 60, 120), Window(360, 300, 600)),
                (Standing(3, 10, 0), Standing(17, 60, 0), Standing(17, 300, 0)),
            ),
            Rule("Account", (Window(5, 10, 60), Window(30, 300, 300)), (Standing(6, 10, 58), Standing(6, 300, 0))),
        ),
    )
    assert [rule.of_account for rule in told.rules] == [False, True]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Rate-Limit-Policy": "p"},
        {"X-Rate-Limit-Policy": "p", "X-Rate-Limit-Rules": "client"},
        {"X-Rate-Limit-Policy": "p", "X-Rate-Limit-Rules": "client", "X-Rate-Limit-client": "0:0:0,x:1:1,1:2"},
        {"X-Rate-Limit-Policy": "p", "X-Rate-Limit-Rules": ",,", "X-Rate-Limit-": "1:1:1"},
        {"X-Rate-Limit-Rules": "client", "X-Rate-Limit-client": "1:1:1"},
    ],
)
def test_headers_that_say_nothing_are_no_limits(headers):
    assert read_limits(headers) is None


_ODD = st.text(st.characters(codec="latin-1"), max_size=40) | st.from_regex(
    r"\d{1,12}:\d{1,12}:\d{1,12}", fullmatch=True
)


@given(st.dictionaries(st.sampled_from(
    ["X-Rate-Limit-Policy", "X-Rate-Limit-Rules", "X-Rate-Limit-a", "X-Rate-Limit-a-State", "Retry-After"]
), _ODD | st.sampled_from(["a", "a,b"])))  # fmt: skip
def test_whatever_headers_say_what_is_read_of_them_is_sound(headers):
    told, wait = read_limits(headers), read_wait(headers)

    assert wait is None or wait >= 0
    if told is not None:
        assert told.policy
        assert told.rules
        assert all(one.hits > 0 and one.seconds > 0 and one.penalty >= 0 for rule in told.rules for one in rule.windows)


_WINDOWS = st.lists(st.builds(Window, st.integers(1, 12), st.integers(1, 40), st.just(60)), min_size=3, max_size=3).map(
    tuple
)
_RULES = st.tuples(st.builds(Rule, st.just("client"), _WINDOWS), st.builds(Rule, st.just("account"), _WINDOWS))


@given(_RULES)
def test_what_is_written_as_headers_is_read_again(rules):
    policies = Policies(
        {"p": SandboxPolicy({rule.name: tuple(_triple(one) for one in rule.windows) for rule in rules})}
    )
    _, headers = policies.count("p", {"client": "us", "account": "ann"}, 0.0)

    told = read_limits(headers)

    assert told is not None
    assert [(rule.name, rule.windows) for rule in told.rules] == [(rule.name, rule.windows) for rule in rules]
    assert all(one.hits == 1 for rule in told.rules for one in rule.standings)


def _triple(window):
    return window.hits, window.seconds, window.penalty


class Fixed:
    """A server whose windows begin with their first hit and do not slide."""

    def __init__(self, rules) -> None:
        self.rules = rules
        self.began: dict[Any, float] = {}
        self.used: defaultdict[Any, int] = defaultdict(int)
        self.violations = 0

    def hit(self, account, now):
        for rule in self.rules:
            for place, window in enumerate(rule.windows):
                key = (rule.name, place, account if rule.of_account else None)
                if now >= self.began.get(key, -NEVER) + window.seconds:
                    self.began[key], self.used[key] = now, 0
                self.used[key] += 1
                self.violations += self.used[key] > window.hits


class Sliding:
    """A server that looks back from each hit."""

    def __init__(self, rules) -> None:
        self.rules = rules
        self.hits: defaultdict[Any, deque[float]] = defaultdict(deque)
        self.violations = 0

    def hit(self, account, now):
        for rule in self.rules:
            hits = self.hits[rule.name, account if rule.of_account else None]
            hits.append(now)
            self.violations += any(sum(at > now - one.seconds for at in hits) > one.hits for one in rule.windows)


class Processes:
    """Several processes that share what they know, as the table does; their calls take as long as they like."""

    def __init__(self, server, rules, reserve) -> None:
        self.server = server
        self.rules = rules
        self.reserve = reserve
        self.calls: dict[int, Hit] = {}
        self.told = False
        self.made = 0

    def run(self, askers, delays, until):
        """Have every asker call as soon as it may, again and again, until a time."""
        numbers, delay = count(), iter(delays)
        events = [(0.0, next(numbers), "ask", account, now) for account, now in askers]
        heapq.heapify(events)
        while events and events[0][0] < until:
            now, number, what, account, more = heapq.heappop(events)
            if what == "ask":
                wait = self.take(number, account, more, now)
                if wait is not None:
                    heapq.heappush(events, (now + wait.seconds, next(numbers), "ask", account, more))
                    continue
                there = now + next(delay)
                heapq.heappush(events, (there, number, "arrive", account, more))
            elif what == "arrive":
                self.server.hit(account, now)
                heapq.heappush(events, (now + next(delay), number, "answer", account, more))
            else:
                self.calls[number] = Hit(now, account)
                self.told = True
                self.made += 1
                heapq.heappush(events, (now, next(numbers), "ask", account, more))

    def take(self, number, account, interactive, now):
        rules = self.rules if self.told else UNKNOWN
        wait = refusal(self.calls.values(), rules, account, reserve=self.reserve, interactive=interactive, now=now)
        if wait is None:
            self.calls[number] = Hit(NEVER, account)
        return wait


@settings(max_examples=150)
@given(
    rules=_RULES,
    kind=st.sampled_from([Sliding, Fixed]),
    askers=st.lists(st.tuples(st.sampled_from([ANN, BEN]), st.booleans()), min_size=1, max_size=6),
    reserve=st.sampled_from([0.0, 0.4, 0.9]),
    delays=st.lists(st.floats(0.001, 15), min_size=1, max_size=9),
)
def test_no_window_is_ever_passed(rules, kind, askers, reserve, delays):
    server = kind(rules)
    processes = Processes(server, rules, reserve)

    def forever():
        while True:
            yield from delays

    processes.run(askers, forever(), until=300.0)

    assert server.violations == 0
    slowest = max(window.seconds for rule in rules for window in rule.windows)
    assert processes.made >= 300 / (slowest + 2 * max(delays) + 20), "it goes on, however narrow the windows are"


def test_background_work_leaves_people_their_share_and_has_one_call_itself():
    assert most_hits(Window(10, 60, 1), 0.4, interactive=True) == 9
    assert most_hits(Window(10, 60, 1), 0.4, interactive=False) == 5
    assert most_hits(Window(1, 60, 1), 0.9, interactive=True) == 1
    assert most_hits(Window(2, 60, 1), 0.9, interactive=False) == 1


def test_a_rule_of_accounts_stops_that_account_alone():
    rules = (Rule("client", (Window(100, 10, 60),)), Rule("account", (Window(3, 10, 60),)))
    hits = [Hit(100.0, ANN), Hit(101.0, ANN)]

    stopped = refusal(hits, rules, ANN, reserve=0, interactive=True, now=102.0)
    other = refusal(hits, rules, BEN, reserve=0, interactive=True, now=102.0)

    assert stopped == Refusal(8.0, of_account=True)
    assert other is None


def test_the_longest_of_three_windows_decides():
    windows = (Window(3, 5, 10), Window(4, 10, 60), Window(5, 60, 300))
    rules = (Rule("client", windows),)
    hits = [Hit(at, ANN) for at in (1.0, 8.0, 9.0, 20.0)]

    assert refusal(hits, rules, ANN, reserve=0, interactive=True, now=20.5) == Refusal(
        1.0 + 60 - 20.5, of_account=False
    )
    assert refusal(hits, rules, ANN, reserve=0, interactive=True, now=61.5) is None


def test_a_call_under_way_counts_until_its_answer_comes():
    rules = (Rule("client", (Window(2, 5, 10),)),)

    assert refusal([Hit(NEVER, ANN)], rules, BEN, reserve=0, interactive=True, now=1000.0) is not None


def test_calls_of_others_are_counted_once_and_in_their_rule_alone():
    told = Told("p", (Rule("client", (Window(20, 10, 60),), (Standing(7, 10, 0),)), Rule(
        "account", (Window(5, 10, 60),), (Standing(1, 10, 0),)
    )))  # fmt: skip
    ours = [Hit(100.0, ANN), Hit(99.0, BEN)]

    ((rule, missing),) = made_by_others(ours, told, ANN, asked=99.5)
    again = made_by_others([*ours, Hit(100.0, ANN, rule.name, missing)], told, ANN, asked=99.5)

    assert (rule.name, missing) == ("client", 5)
    assert again == []
    assert refusal([Hit(100.0, ANN, "client", 5)], told.rules, ANN, reserve=0, interactive=True, now=101.0) is None
    assert longest_window(told.rules) == 10
