"""Hero win rates from small samples: intervals, shrinkage, and which changes are more than chance."""

import math
from collections.abc import Mapping, Sequence

from msgspec import Struct

Z_95 = 1.96
"""The standard normal quantile that leaves 2.5 % on either side."""

DEFAULT_PRIOR_STRENGTH = 200.0
"""Games. The standard deviation between heroes' win rates was measured at 3.4 to 3.8 percentage points, which
is 0.25 / sd² = 173 to 216 games."""

PRIOR_STRENGTH_RANGE = (20.0, 2000.0)
"""Games. A spread between heroes of about 11 and of about 1.1 percentage points; no patch has left them."""

MINIMUM_GAMES = 30
"""Games a hero needs in both windows before its change is tested. A choice: at usual win rates it makes some
15 wins and 15 losses, enough for the normal approximation."""

NO_HERO = 0
"""The hero id of a player who picked none."""


class Tally(Struct, frozen=True):
    """Games of one hero and how many of them were won."""

    games: int
    wins: int


class HeroTrend(Struct, frozen=True):
    """One hero in the current window, beside the window before.

    All rates are shares between 0 and 1. `pick_rate` is the share of player-games: of all games counted, one
    for each player, how many were played with this hero, so the heroes' pick rates add up to 1. (OpenDota
    divides by matches of ten players, which is ten times this where all ten are counted.) The win rates are
    None without games. `wilson_low` and `wilson_high` bound the win rate with 95 % confidence. `change` is
    the difference of the shrunken win rates, None unless both windows have games; `significant` tells whether
    the raw rates differ by more than chance.
    """

    hero_id: int
    games: int
    wins: int
    pick_rate: float
    win_rate: float | None
    shrunk_win_rate: float
    wilson_low: float
    wilson_high: float
    games_before: int
    win_rate_before: float | None
    change: float | None
    significant: bool


def wilson_interval(wins: int, games: int, z: float = Z_95) -> tuple[float, float]:
    """Return the Wilson score interval of a win rate, `z` standard errors wide on either side.

    Always 0 <= low <= wins / games <= high <= 1; (0.0, 1.0) without games. The low end is a sort key that
    rewards evidence, not an estimate of the win rate: for that use `shrunk_win_rate`.

    Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22
    (1927), with numerator and denominator multiplied by the number of games.

    Raises ValueError for an impossible tally and for a negative or infinite `z`.
    """
    _check_tally(wins, games)
    square = z * z
    if not (z >= 0.0 and math.isfinite(square)):
        raise ValueError("z must be finite and not negative")
    if games == 0:
        return 0.0, 1.0
    rate = wins / games
    middle = (wins + square / 2) / (games + square)
    reach = z * math.sqrt(wins * (games - wins) / games + square / 4) / (games + square)
    # The bounds hold exactly in real numbers; the clamps take away what rounding adds at 0 and 100 %.
    return min(max(middle - reach, 0.0), rate), max(min(middle + reach, 1.0), rate)


def prior_strength(samples: Sequence[tuple[int, int]]) -> float:
    """Return how many games the average hero's record weighs, estimated from all heroes' (wins, games).

    With heroes' true win rates spread around the mean p with variance v, the best linear estimate of one of
    them adds k = p (1 - p) / v - 1 games at rate p to its record. v is found by the method of moments: the
    squared deviations from the pooled rate, each weighted by its games, less what chance alone puts into them
    (J. C. Kleinman, "Proportions with extraneous variance", JASA 68, 1973).

    With few games that difference is mostly noise, often negative, so v is averaged with the spread behind
    `DEFAULT_PRIOR_STRENGTH`, which is trusted to within its own size, in inverse proportion to their
    variances. Without anything to learn from (fewer than two heroes, one game each, nothing but wins) the
    result is that default. It always lies within `PRIOR_STRENGTH_RANGE`.

    Raises ValueError for an impossible tally.
    """
    for wins, games in samples:
        _check_tally(wins, games)
    played = [(wins, games) for wins, games in samples if games > 0]
    total = sum(games for _, games in played)
    mean = sum(wins for wins, _ in played) / total if total else 0.0
    variance = mean * (1.0 - mean)
    degrees = len(played) - 1
    # The expected deviation is degrees + leverage * spread, the spread being v / (p (1 - p)) = 1 / (k + 1).
    leverage = total - sum(games * games for _, games in played) / total - degrees if total else 0.0
    if variance <= 0.0 or leverage <= 0.0:
        return DEFAULT_PRIOR_STRENGTH
    deviation = sum((wins - games * mean) ** 2 / games for wins, games in played) / variance
    spread = (deviation - degrees) / leverage
    spread_error = math.sqrt(2 * degrees) / leverage
    usual = 1.0 / (DEFAULT_PRIOR_STRENGTH + 1.0)
    trust = usual**2 / (usual**2 + spread_error**2)
    spread = trust * spread + (1.0 - trust) * usual
    weakest, strongest = PRIOR_STRENGTH_RANGE
    if spread <= 1.0 / (strongest + 1.0):
        return strongest
    return max(1.0 / spread - 1.0, weakest)


def shrunk_win_rate(wins: int, games: int, k: float, mean: float = 0.5) -> float:
    """Return the win rate drawn towards `mean` as if `k` more games had been played at that rate.

    It lies between the raw rate and `mean`, and is `mean` without games. `k` comes from `prior_strength`.

    Raises ValueError for an impossible tally, a `k` that is not positive, a `mean` outside 0 to 1.
    """
    _check_tally(wins, games)
    if not (k > 0.0 and math.isfinite(k)):
        raise ValueError("k must be positive and finite")
    if not 0.0 <= mean <= 1.0:
        raise ValueError("the mean is a rate between 0 and 1")
    if games == 0:
        return mean
    rate = wins / games
    # Rounding may step over either end by a last digit, most visibly where raw rate and mean are equal.
    return min(max((wins + k * mean) / (games + k), min(rate, mean)), max(rate, mean))


def two_proportion_z(wins_1: int, games_1: int, wins_2: int, games_2: int) -> float | None:
    """Return by how many standard errors the first win rate exceeds the second.

    The pooled two-proportion z statistic; it takes the games for independent. None where it is undefined: a
    side without games, or nothing but wins, or nothing but losses, on both.

    Raises ValueError for an impossible tally.
    """
    _check_tally(wins_1, games_1)
    _check_tally(wins_2, games_2)
    if games_1 == 0 or games_2 == 0:
        return None
    wins, games = wins_1 + wins_2, games_1 + games_2
    if wins in (0, games):
        return None
    # p (1 - p) (1 / games_1 + 1 / games_2) with p = wins / games, kept in integers up to one division.
    error = math.sqrt(wins * (games - wins) / (games * games_1 * games_2))
    return (wins_1 / games_1 - wins_2 / games_2) / error


def p_value(z: float) -> float:
    """Return the two-sided p-value of a standard normal statistic: P(|Z| >= |z|) = erfc(|z| / sqrt 2)."""
    return math.erfc(abs(z) / math.sqrt(2.0))


def benjamini_hochberg(p_values: Sequence[float], q: float = 0.05) -> list[bool]:
    """Tell which of many tests to believe so that at most the share `q` of those is expected to be chance.

    Returns one verdict a p-value, in the order given. With m tests, everything up to the largest p-value that
    is at most rank / m * q passes (Y. Benjamini and Y. Hochberg, "Controlling the false discovery rate",
    JRSS B 57, 1995).

    Raises ValueError for a p-value outside 0 to 1 or a `q` outside 0 to 1.
    """
    if not 0.0 <= q <= 1.0:
        raise ValueError("q is a share between 0 and 1")
    if not all(0.0 <= p <= 1.0 for p in p_values):
        raise ValueError("a p-value lies between 0 and 1")
    tests = len(p_values)
    passing = [p for rank, p in enumerate(sorted(p_values), start=1) if p <= rank / tests * q]
    return [bool(passing) and p <= passing[-1] for p in p_values]


def sample_too_small(games: int, minimum: int) -> bool:
    """Tell whether a hero has fewer games than the minimum that a table or test asks for."""
    return games < minimum


def hero_trends(
    now: Mapping[int, Tally],
    before: Mapping[int, Tally],
    *,
    q: float = 0.05,
    minimum_games: int = MINIMUM_GAMES,
) -> list[HeroTrend]:
    """Compare every hero of two windows of equal kind, counted from the rows of the players tracked.

    Returns one row for each hero id of either mapping, the best Wilson low end first, then more games, then
    the lower id; `NO_HERO` is left out of rows and rates.

    Win rates are shrunk towards the pooled rate of both windows rather than 50 %, because the players tracked
    may be better than their opponents, and with one `prior_strength` for both windows, so that `change` comes
    from games and never from a moving prior.

    A change is tested (`two_proportion_z`) for heroes with at least `minimum_games` in each window, and is
    `significant` when it passes `benjamini_hochberg` at `q` among all heroes tested.

    Raises ValueError for an impossible tally or a `q` outside 0 to 1.
    """
    nothing = Tally(games=0, wins=0)
    pairs = {
        hero_id: (now.get(hero_id, nothing), before.get(hero_id, nothing))
        for hero_id in now.keys() | before.keys()
        if hero_id != NO_HERO
    }
    tallies = [tally for pair in pairs.values() for tally in pair]
    k = prior_strength([(tally.wins, tally.games) for tally in tallies])
    games_of_both = sum(tally.games for tally in tallies)
    mean = sum(tally.wins for tally in tallies) / games_of_both if games_of_both else 0.5
    games_now = sum(current.games for current, _ in pairs.values())
    significant = _significant_changes(pairs, q, minimum_games)

    trends = []
    for hero_id, (current, previous) in pairs.items():
        low, high = wilson_interval(current.wins, current.games)
        shrunk = shrunk_win_rate(current.wins, current.games, k, mean)
        change = None
        if current.games and previous.games:
            change = shrunk - shrunk_win_rate(previous.wins, previous.games, k, mean)
        trends.append(
            HeroTrend(
                hero_id=hero_id,
                games=current.games,
                wins=current.wins,
                pick_rate=current.games / games_now if games_now else 0.0,
                win_rate=_win_rate(current),
                shrunk_win_rate=shrunk,
                wilson_low=low,
                wilson_high=high,
                games_before=previous.games,
                win_rate_before=_win_rate(previous),
                change=change,
                significant=hero_id in significant,
            )
        )
    return sorted(trends, key=lambda trend: (-trend.wilson_low, -trend.games, trend.hero_id))


def _significant_changes(pairs: Mapping[int, tuple[Tally, Tally]], q: float, minimum_games: int) -> frozenset[int]:
    tested = []
    for hero_id, (current, previous) in pairs.items():
        if sample_too_small(min(current.games, previous.games), minimum_games):
            continue
        z = two_proportion_z(current.wins, current.games, previous.wins, previous.games)
        if z is not None:
            tested.append((hero_id, p_value(z)))
    verdicts = benjamini_hochberg([p for _, p in tested], q)
    return frozenset(hero_id for (hero_id, _), believed in zip(tested, verdicts, strict=True) if believed)


def _win_rate(tally: Tally) -> float | None:
    return tally.wins / tally.games if tally.games else None


def _check_tally(wins: int, games: int) -> None:
    if not 0 <= wins <= games:
        raise ValueError(f"{wins} wins in {games} games is impossible")
