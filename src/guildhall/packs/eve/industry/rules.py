"""The names of industry activities."""

ACTIVITIES = {
    1: "manufacturing",
    3: "time efficiency research",
    4: "material efficiency research",
    5: "copying",
    7: "reverse engineering",
    8: "invention",
    9: "reactions",
    11: "reactions",
}
"""ESI's activity_id in words; others are "industry"."""


def activity(activity_id: int) -> str:
    """An industry activity in words."""
    return ACTIVITIES.get(activity_id, "industry")
