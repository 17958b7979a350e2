"""Game modes, lobby types, regions, clusters and patches, as dotaconstants 10.8.0 (MIT) has them."""

from bisect import bisect_right
from collections.abc import Callable
from datetime import datetime

from guildhall.packs.dota2.sandbox.heroes import hero_constants

_MODES = [
    "unknown",
    "all_pick",
    "captains_mode",
    "random_draft",
    "single_draft",
    "all_random",
    "intro",
    "diretide",
    "reverse_captains_mode",
    "greeviling",
    "tutorial",
    "mid_only",
    "least_played",
    "limited_heroes",
    "compendium_matchmaking",
    "custom",
    "captains_draft",
    "balanced_draft",
    "ability_draft",
    "event",
    "all_random_death_match",
    "1v1_mid",
    "all_draft",
    "turbo",
    "mutation",
    "coaches_challenge",
]
_LOBBIES = [
    "normal",
    "practice",
    "tournament",
    "tutorial",
    "coop_bots",
    "ranked_team_mm",
    "ranked_solo_mm",
    "ranked",
    "1v1_mid",
    "battle_cup",
    "local_bots",
    "spectator",
    "event",
    "gauntlet",
    "new_player",
    "featured",
]

BALANCED_MODES = frozenset({0, 1, 2, 3, 4, 5, 12, 16, 17, 22})
BALANCED_LOBBIES = frozenset({0, 1, 2, 5, 6, 7, 9, 10, 11, 13})

REGIONS = {
    1: "US WEST",
    2: "US EAST",
    3: "EUROPE",
    5: "SINGAPORE",
    6: "DUBAI",
    7: "AUSTRALIA",
    8: "STOCKHOLM",
    9: "AUSTRIA",
    10: "BRAZIL",
    11: "SOUTHAFRICA",
    12: "PW TELECOM SHANGHAI",
    13: "PW UNICOM",
    14: "CHILE",
    15: "PERU",
    16: "INDIA",
    17: "PW TELECOM GUANGDONG",
    18: "PW TELECOM ZHEJIANG",
    19: "JAPAN",
    20: "PW TELECOM WUHAN",
    25: "PW UNICOM TIANJIN",
    37: "TAIWAN",
    38: "ARGENTINA",
}
_CLUSTERS_OF = {
    1: (111, 112, 113, 114, 117, 118),
    2: (121, 122, 123, 124),
    3: (131, 132, 133, 134, 135, 136, 137, 138, 271, 272, 273, 274),
    5: (151, 152, 153, 154, 155, 156),
    6: (161, 162, 163),
    7: (171, 172),
    8: (181, 182, 183, 184, 185, 186, 187, 188),
    9: (191, 192, 193),
    10: (200, 201, 202, 203, 204),
    11: (211, 212, 213, 214),
    12: (221, 222, 224),
    13: (231, 235, 236),
    14: (241, 242),
    15: (251,),
    16: (261,),
    17: (225,),
    18: (223,),
    19: (141, 142, 143, 144, 145),
    20: (227,),
    25: (232,),
    38: (346, 347),
}
CLUSTER_REGION = {cluster: region for region, clusters in _CLUSTERS_OF.items() for cluster in clusters}

FIRST_PATCH = 48
_PATCHES = (
    ("7.29", "2021-04-10T00:00:00.000Z"),
    ("7.30", "2021-08-18T02:53:21.000Z"),
    ("7.31", "2022-02-23T23:46:14.907Z"),
    ("7.32", "2022-08-24T02:16:32.682Z"),
    ("7.33", "2023-04-21T01:22:56.804Z"),
    ("7.34", "2023-08-09T00:11:15.281Z"),
    ("7.35", "2023-12-14T16:07:43.429Z"),
    ("7.36", "2024-05-23T05:26:05.242Z"),
    ("7.37", "2024-08-01T07:30:27.355Z"),
    ("7.38", "2025-02-19T13:48:29.412Z"),
    ("7.39", "2025-05-22T23:36:01.602Z"),
    ("7.40", "2025-12-16T00:50:40.281Z"),
    ("7.41", "2026-03-24T00:50:59.580Z"),
)
_PATCH_STARTS = [datetime.fromisoformat(date).timestamp() for _, date in _PATCHES]

RANK_COUNTS = {
    11: 280,
    12: 2_907,
    13: 10_829,
    14: 18_523,
    15: 24_104,
    21: 30_208,
    22: 36_394,
    23: 42_887,
    24: 49_975,
    25: 58_518,
    31: 68_151,
    32: 77_422,
    33: 86_238,
    34: 95_713,
    35: 103_750,
    41: 114_904,
    42: 121_727,
    43: 126_972,
    44: 131_179,
    45: 133_026,
    51: 136_646,
    52: 130_584,
    53: 118_668,
    54: 104_923,
    55: 90_000,
    61: 78_864,
    62: 62_520,
    63: 48_824,
    64: 37_980,
    65: 46_863,
    71: 18_815,
    72: 14_055,
    73: 9_901,
    74: 7_177,
    75: 5_218,
    80: 14_171,
}
"""Players per rank tier in OpenDota's distribution of 2018: 2,258,916 players in 36 tiers."""


def clusters_of(region: int) -> tuple[int, ...]:
    """The server clusters of a region."""
    return _CLUSTERS_OF[region]


def patch_at(start_time: int) -> int:
    """Patch id of a match: the last patch that began before it, or the oldest known here."""
    return FIRST_PATCH + max(0, bisect_right(_PATCH_STARTS, start_time) - 1)


def balanced(game_mode: int, lobby_type: int, radiant_win: bool | None, duration: int) -> bool:
    """OpenDota's `significant` as far as one row shows it: fair mode and lobby, decided, over 360 s."""
    return game_mode in BALANCED_MODES and lobby_type in BALANCED_LOBBIES and radiant_win is not None and duration > 360


def _flagged(prefix: str, names: list[str], fair: frozenset[int]) -> dict[str, object]:
    return {
        str(number): {"id": number, "name": f"{prefix}_{name}", "balanced": number in fair}
        for number, name in enumerate(names)
    }


_RESOURCES: dict[str, Callable[[], object]] = {
    "heroes": hero_constants,
    "game_mode": lambda: _flagged("game_mode", _MODES, BALANCED_MODES),
    "lobby_type": lambda: _flagged("lobby_type", _LOBBIES, BALANCED_LOBBIES),
    "region": lambda: {str(number): name for number, name in REGIONS.items()},
    "cluster": lambda: {str(cluster): region for cluster, region in sorted(CLUSTER_REGION.items())},
    "patch": lambda: [
        {"name": name, "date": date, "id": FIRST_PATCH + index} for index, (name, date) in enumerate(_PATCHES)
    ],
}


def built_in(resource: str) -> object | None:
    """A resource of /constants from the tables of this package; None for one they lack."""
    make = _RESOURCES.get(resource)
    return None if make is None else make()
