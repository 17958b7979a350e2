"""A build in a few lines, as a page, an embedding and a picture show it."""

from msgspec import Struct

from guildhall.packs.poe2.builds.schemas.builds import BuildDetails
from guildhall.text import shortened_line

_UNITS = ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k"))


class Shown(Struct, frozen=True):
    """The lines of a build. `claims` are of its calculator; those that are unknown are not in it."""

    title: str
    author: str
    who: str
    claims: list[tuple[str, str]]
    place: str
    tags: list[str]

    @property
    def sentence(self) -> str:
        """Return everything but the title and the author in one line."""
        claims = [f"{name} {value}" for name, value in self.claims]
        return " · ".join(part for part in (self.who, *claims, self.place) if part)


def shown(build: BuildDetails) -> Shown:
    """Return the lines of a build."""
    claims = [(name, short_number(value)) for name, value in (("DPS", build.dps), ("EHP", build.ehp)) if value]
    who = f"Level {build.level} {build.ascendancy or build.class_name}"
    league = f"{build.league}, patch {build.patch_version}" if build.league else f"Patch {build.patch_version}"
    return Shown(
        build.title,
        build.author,
        f"{who} · {build.main_skill}" if build.main_skill else who,
        claims,
        league,
        build.tags,
    )


def short_number(value: float) -> str:
    """Return a number in three digits: `1.23M`."""
    for size, unit in _UNITS:
        if value >= size * 0.9995:
            return f"{value / size:.3g}{unit}"
    return f"{value:.3g}"


def about(build: BuildDetails) -> str:
    """Return what a link to a build says: its lines, and the beginning of its author's words."""
    lines = shown(build)
    words = shortened_line(build.description or "", 200)
    return f"{lines.sentence}. By {lines.author}." + (f" {words}" if words else "")
