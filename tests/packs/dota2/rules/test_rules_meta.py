"""Hero statistics: pinned reference values, and the properties that each formula must keep."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guildhall.packs.dota2.trends.rules import (
    DEFAULT_PRIOR_STRENGTH,
    PRIOR_STRENGTH_RANGE,
    Tally,
    benjamini_hochberg,
    hero_trends,
    p_value,
    prior_strength,
    sample_too_small,
    shrunk_win_rate,
    two_proportion_z,
    wilson_interval,
)


@st.composite
def records(draw: st.DrawFn, least: int = 0, most: int = 100_000) -> tuple[int, int]:
    games = draw(st.integers(least, most))
    return draw(st.integers(0, games)), games


@st.composite
def windows(draw: st.DrawFn) -> dict[int, Tally]:
    heroes = draw(st.sets(st.integers(0, 12)))
    drawn = {hero: draw(records(most=2000)) for hero in heroes}
    return {hero: Tally(games=games, wins=wins) for hero, (wins, games) in drawn.items()}


shares = st.floats(0.0, 1.0)
IMPOSSIBLE = [(-1, 10), (11, 10), (1, 0), (0, -1)]


# By hand with z = 1.96, z² = 3.8416: (wins + z²/2 ± z sqrt(wins * losses / games + z²/4)) / (games + z²).
@pytest.mark.parametrize(
    ("wins", "games", "low", "high"),
    [
        (0, 10, 0.0, 0.27754016876661657),
        (10, 10, 0.72245983123338343, 1.0),
        (5, 10, 0.23658959361548731, 0.76341040638451269),
        (55, 100, 0.45244427031643447, 0.64385624893596545),
        (1, 1, 1 / 4.8416, 1.0),
        (0, 0, 0.0, 1.0),
    ],
)
def test_wilson_reference_values(wins: int, games: int, low: float, high: float) -> None:
    assert wilson_interval(wins, games) == pytest.approx((low, high), abs=1e-12)


def test_wilson_follows_its_z() -> None:
    # The same formula with the 97.5 % quantile to all its digits.
    expected = (0.23659309051256400, 0.76340690948743600)

    assert wilson_interval(5, 10, 1.959963984540054) == pytest.approx(expected, abs=1e-12)


@given(records(), st.floats(0.0, 1e6))
def test_wilson_encloses_the_rate_within_0_and_1(record: tuple[int, int], z: float) -> None:
    wins, games = record
    low, high = wilson_interval(wins, games, z)

    assert 0.0 <= low <= high <= 1.0
    if games:
        assert low <= wins / games <= high


@given(records(least=1), st.floats(0.1, 5.0), st.floats(0.1, 5.0))
def test_more_confidence_widens_wilson(record: tuple[int, int], z: float, more: float) -> None:
    low, high = wilson_interval(*record, z)
    lower, higher = wilson_interval(*record, z + more)

    assert lower <= low + 1e-12
    assert high <= higher + 1e-12


@given(records(least=1, most=5000), st.integers(2, 10))
def test_more_games_at_the_same_rate_narrow_wilson(record: tuple[int, int], times: int) -> None:
    wins, games = record
    low, high = wilson_interval(wins, games)
    later_low, later_high = wilson_interval(wins * times, games * times)

    assert later_high - later_low < high - low


@given(records(least=1))
def test_wilson_of_losses_mirrors_that_of_wins(record: tuple[int, int]) -> None:
    wins, games = record
    low, high = wilson_interval(wins, games)

    assert wilson_interval(games - wins, games) == pytest.approx((1 - high, 1 - low), abs=1e-12)


@pytest.mark.parametrize("z", [-0.1, math.inf, math.nan, 1e200])
def test_wilson_refuses_a_senseless_z(z: float) -> None:
    with pytest.raises(ValueError, match="finite"):
        wilson_interval(5, 10, z)


@pytest.mark.parametrize(("wins", "games"), IMPOSSIBLE)
def test_impossible_tallies_are_refused(wins: int, games: int) -> None:
    with pytest.raises(ValueError, match="impossible"):
        wilson_interval(wins, games)
    with pytest.raises(ValueError, match="impossible"):
        prior_strength([(wins, games)])
    with pytest.raises(ValueError, match="impossible"):
        shrunk_win_rate(wins, games, 200.0)
    with pytest.raises(ValueError, match="impossible"):
        two_proportion_z(5, 10, wins, games)
    with pytest.raises(ValueError, match="impossible"):
        hero_trends({1: Tally(games=games, wins=wins)}, {})


def heroes_drawn(k: float, games: int, heroes: int = 127, seed: int = 7) -> list[tuple[int, int]]:
    dice = random.Random(seed)
    rates = [dice.betavariate(k / 2, k / 2) for _ in range(heroes)]
    return [(sum(dice.random() < rate for _ in range(games)), games) for rate in rates]


@pytest.mark.parametrize("k", [50.0, 200.0, 600.0])
def test_prior_strength_recovers_the_spread_it_was_drawn_from(k: float) -> None:
    estimates = sorted(prior_strength(heroes_drawn(k, 1500, seed=seed)) for seed in range(5))

    assert estimates[2] == pytest.approx(k, rel=0.25)


def test_prior_strength_by_hand() -> None:
    # Rates 0.45 and 0.55 of 10,000 games: squared deviations 25 + 25 over 0.25 give 200, chance accounts for
    # 1, and 20,000 - 10,000 - 1 = 9,999 multiply the spread: 199 / 9,999.
    spread, error, usual = 199 / 9999, math.sqrt(2) / 9999, 1 / 201
    trust = usual**2 / (usual**2 + error**2)

    k = prior_strength([(4500, 10_000), (5500, 10_000)])

    assert k == pytest.approx(1 / (trust * spread + (1 - trust) * usual) - 1)
    assert k == pytest.approx(49.3, abs=0.1)


def test_prior_strength_of_few_games_stays_near_the_default() -> None:
    estimates = [prior_strength(heroes_drawn(200, 3, seed=seed)) for seed in range(10)]

    assert all(DEFAULT_PRIOR_STRENGTH / 2 < k < DEFAULT_PRIOR_STRENGTH * 2 for k in estimates)


@pytest.mark.parametrize(
    "samples",
    [[], [(0, 0)], [(5, 10)], [(5, 10), (0, 0)], [(1, 1), (0, 1)], [(10, 10), (20, 20)], [(0, 10), (0, 20)]],
)
def test_prior_strength_is_the_default_without_evidence(samples: list[tuple[int, int]]) -> None:
    assert prior_strength(samples) == DEFAULT_PRIOR_STRENGTH


def test_prior_strength_reaches_its_ends() -> None:
    alike, opposite = [(50_000, 100_000)] * 50, [(0, 1000), (1000, 1000)]

    assert (prior_strength(opposite), prior_strength(alike)) == PRIOR_STRENGTH_RANGE


@given(st.lists(records(), max_size=30))
def test_prior_strength_stays_in_its_range(samples: list[tuple[int, int]]) -> None:
    weakest, strongest = PRIOR_STRENGTH_RANGE

    assert weakest <= prior_strength(samples) <= strongest


@given(st.lists(records(most=1000), max_size=30))
def test_heroes_without_games_do_not_move_the_prior(samples: list[tuple[int, int]]) -> None:
    assert prior_strength([*samples, (0, 0)]) == prior_strength(samples)


def test_shrinkage_reference_values() -> None:
    assert shrunk_win_rate(10, 10, 200.0) == pytest.approx(110 / 210)
    assert shrunk_win_rate(120, 200, 200.0, mean=0.5) == pytest.approx(0.55)
    assert shrunk_win_rate(0, 0, 200.0, mean=0.47) == 0.47


@given(records(), st.floats(1e-3, 1e6), shares)
def test_shrunk_rate_lies_between_raw_rate_and_mean(record: tuple[int, int], k: float, mean: float) -> None:
    wins, games = record
    raw = wins / games if games else mean

    assert min(raw, mean) <= shrunk_win_rate(wins, games, k, mean) <= max(raw, mean)


@given(records(), st.floats(1.0, 1e4), st.floats(1.0, 1e4), shares)
def test_a_stronger_prior_draws_nearer(record: tuple[int, int], k: float, more: float, mean: float) -> None:
    near = abs(shrunk_win_rate(*record, k + more, mean) - mean)
    far = abs(shrunk_win_rate(*record, k, mean) - mean)

    assert near <= far + 1e-12


@pytest.mark.parametrize("k", [0.0, -1.0, math.inf, math.nan])
def test_shrinkage_refuses_a_senseless_k(k: float) -> None:
    with pytest.raises(ValueError, match="k must"):
        shrunk_win_rate(1, 2, k)


@pytest.mark.parametrize("mean", [-0.1, 1.1, math.nan])
def test_shrinkage_refuses_a_senseless_mean(mean: float) -> None:
    with pytest.raises(ValueError, match="mean"):
        shrunk_win_rate(1, 2, 200.0, mean)


def test_z_reference_value() -> None:
    # 60 % against 50 % of 100: 0.1 / sqrt(0.55 * 0.45 * 0.02).
    assert two_proportion_z(60, 100, 50, 100) == pytest.approx(1.4213381090374029, abs=1e-12)


@pytest.mark.parametrize("sides", [(0, 0, 5, 10), (5, 10, 0, 0), (10, 10, 4, 4), (0, 10, 0, 4)])
def test_z_is_undefined_without_variation(sides: tuple[int, int, int, int]) -> None:
    assert two_proportion_z(*sides) is None


@given(records(), records())
def test_z_changes_sign_with_the_sides(one: tuple[int, int], other: tuple[int, int]) -> None:
    z, mirrored = two_proportion_z(*one, *other), two_proportion_z(*other, *one)

    if z is None:
        assert mirrored is None
    else:
        assert mirrored == pytest.approx(-z)
        assert math.isfinite(z)


def test_z_of_enormous_one_sided_tallies_is_finite() -> None:
    z = two_proportion_z(10**18 - 1, 10**18, 10**18, 10**18)

    assert z is not None
    assert math.isfinite(z)


@pytest.mark.parametrize(
    ("z", "p"),
    [(0.0, 1.0), (1.96, 0.04999579029644087), (-1.96, 0.04999579029644087), (3.0, 0.0026997960632602)],
)
def test_p_value_reference_values(z: float, p: float) -> None:
    assert p_value(z) == pytest.approx(p, abs=1e-12)


@given(st.floats(-50, 50), st.floats(-50, 50))
def test_p_value_falls_as_z_grows(one: float, other: float) -> None:
    nearer, further = sorted((one, other), key=abs)

    assert 0.0 <= p_value(further) <= p_value(nearer) <= 1.0


def test_benjamini_hochberg_example_of_1995() -> None:
    # The fifteen p-values of the paper's own example; at q = 0.05 it rejects the first four.
    p_values = [
        0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344,
        0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000,
    ]  # fmt: skip

    assert benjamini_hochberg(p_values) == [True] * 4 + [False] * 11


def test_benjamini_hochberg_steps_up() -> None:
    # 0.04 fails its own rank's bound of 0.025 and passes with the larger one behind it.
    assert benjamini_hochberg([0.05, 0.04]) == [True, True]
    assert benjamini_hochberg([0.06, 0.04]) == [False, False]
    assert benjamini_hochberg([]) == []


@given(st.lists(shares), shares)
def test_benjamini_hochberg_is_monotone_in_p(p_values: list[float], q: float) -> None:
    verdicts = benjamini_hochberg(p_values, q)
    passed = [p for p, verdict in zip(p_values, verdicts, strict=True) if verdict]
    failed = [p for p, verdict in zip(p_values, verdicts, strict=True) if not verdict]

    assert max(passed, default=-1.0) < min(failed, default=2.0)
    assert all(p <= q for p in passed)


@given(st.lists(shares), shares, shares)
def test_benjamini_hochberg_is_monotone_in_q(p_values: list[float], one: float, other: float) -> None:
    strict, lenient = (benjamini_hochberg(p_values, q) for q in sorted((one, other)))

    assert all(later or not earlier for earlier, later in zip(strict, lenient, strict=True))


@given(st.lists(shares), shares)
def test_benjamini_hochberg_is_between_bonferroni_and_no_correction(p_values: list[float], q: float) -> None:
    verdicts = benjamini_hochberg(p_values, q)

    for p, verdict in zip(p_values, verdicts, strict=True):
        assert verdict or p > q / len(p_values)
        assert not verdict or p <= q


@given(st.lists(shares, unique=True), st.randoms())
def test_benjamini_hochberg_ignores_order(p_values: list[float], dice: random.Random) -> None:
    shuffled = dice.sample(p_values, len(p_values))

    straight = dict(zip(p_values, benjamini_hochberg(p_values), strict=True))
    assert dict(zip(shuffled, benjamini_hochberg(shuffled), strict=True)) == straight


@pytest.mark.parametrize("p", [-0.1, 1.1, math.nan])
def test_benjamini_hochberg_refuses_what_is_no_share(p: float) -> None:
    with pytest.raises(ValueError, match="p-value"):
        benjamini_hochberg([0.5, p])
    with pytest.raises(ValueError, match="share"):
        benjamini_hochberg([0.5], q=p)


def test_a_sample_at_the_minimum_is_large_enough() -> None:
    assert sample_too_small(29, 30)
    assert not sample_too_small(30, 30)


def test_trends_of_a_small_meta() -> None:
    now = {1: Tally(400, 280), 2: Tally(500, 250), 3: Tally(100, 50)}
    before = {1: Tally(400, 200), 2: Tally(500, 255), 4: Tally(100, 50)}

    trends = hero_trends(now, before)
    rising, steady, fresh, gone = trends

    assert [trend.hero_id for trend in trends] == [1, 2, 3, 4]
    assert (rising.games, rising.wins, rising.games_before) == (400, 280, 400)
    assert (rising.pick_rate, rising.win_rate, rising.win_rate_before) == (0.4, 0.7, 0.5)
    assert (rising.wilson_low, rising.wilson_high) == wilson_interval(280, 400)
    assert rising.significant
    assert rising.change is not None
    assert 0.0 < rising.change < 0.2
    assert not steady.significant
    assert steady.change is not None
    assert -0.01 < steady.change < 0.0
    assert (fresh.win_rate, fresh.win_rate_before, fresh.change) == (0.5, None, None)
    assert not fresh.significant
    assert (gone.win_rate, gone.pick_rate, gone.wilson_low, gone.wilson_high) == (None, 0.0, 0.0, 1.0)
    assert (gone.games_before, gone.win_rate_before, gone.change) == (100, 0.5, None)
    pooled = (280 + 250 + 50 + 200 + 255 + 50) / 2000
    assert gone.shrunk_win_rate == pytest.approx(pooled)


def test_a_change_of_few_games_is_not_tested() -> None:
    now, before = {1: Tally(29, 29), 2: Tally(40, 20)}, {1: Tally(29, 0), 2: Tally(40, 20)}

    assert not any(trend.significant for trend in hero_trends(now, before))
    assert hero_trends(now, before, minimum_games=29)[0].significant


def test_many_heroes_raise_the_bar() -> None:
    # 60 % after 50 % of 250 games has p = 0.025: news about one hero, expected among a hundred.
    alone_now, alone_before = {1: Tally(250, 150)}, {1: Tally(250, 125)}
    crowd = {hero: Tally(250, 125) for hero in range(2, 101)}

    assert [trend.significant for trend in hero_trends(alone_now, alone_before)] == [True]
    assert not any(trend.significant for trend in hero_trends(alone_now | crowd, alone_before | crowd))


def test_the_player_without_a_hero_is_left_out() -> None:
    trends = hero_trends({0: Tally(900, 0), 1: Tally(10, 5)}, {0: Tally(900, 0)})

    assert [(trend.hero_id, trend.pick_rate, trend.shrunk_win_rate) for trend in trends] == [(1, 1.0, 0.5)]


def test_nothing_played_is_no_trend() -> None:
    assert hero_trends({}, {}) == []
    (unplayed,) = hero_trends({7: Tally(0, 0)}, {})
    assert (unplayed.pick_rate, unplayed.shrunk_win_rate, unplayed.win_rate) == (0.0, 0.5, None)


@given(windows(), windows())
def test_every_trend_is_consistent(now: dict[int, Tally], before: dict[int, Tally]) -> None:
    trends = hero_trends(now, before)

    assert {trend.hero_id for trend in trends} == (now.keys() | before.keys()) - {0}
    played = sum(trend.games for trend in trends)
    assert sum(trend.pick_rate for trend in trends) == pytest.approx(1.0 if played else 0.0)
    for trend in trends:
        assert 0.0 <= trend.wilson_low <= trend.wilson_high <= 1.0
        assert 0.0 <= trend.shrunk_win_rate <= 1.0
        assert (trend.change is None) == (trend.games == 0 or trend.games_before == 0)
        assert (trend.win_rate is None) == (trend.games == 0)
        assert not trend.significant or min(trend.games, trend.games_before) >= 30


@given(windows(), windows())
def test_trends_come_best_evidence_first(now: dict[int, Tally], before: dict[int, Tally]) -> None:
    keys = [(-trend.wilson_low, -trend.games, trend.hero_id) for trend in hero_trends(now, before)]

    assert keys == sorted(keys)


@given(windows())
def test_an_unchanged_window_has_no_change(window: dict[int, Tally]) -> None:
    for trend in hero_trends(window, window):
        assert trend.change in (None, 0.0)
        assert not trend.significant
