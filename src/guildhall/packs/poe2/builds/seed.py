"""Builds of a development database: authors, builds with versions, and people who like them."""

from collections.abc import Sequence
from uuid import NAMESPACE_URL, uuid5

from msgspec import Struct, structs

from guildhall.db.policies import Viewer
from guildhall.db.pool import Transaction
from guildhall.ids import UserId
from guildhall.packs.poe2.builds.actions.adding import BuildLimits, add_build
from guildhall.packs.poe2.builds.actions.editing import edit_build
from guildhall.packs.poe2.builds.actions.likes import like_build
from guildhall.packs.poe2.builds.queries import builds as queries
from guildhall.packs.poe2.builds.queries import demo
from guildhall.packs.poe2.builds.rules.comparing import changes_between
from guildhall.packs.poe2.builds.rules.content import Content, content_of
from guildhall.packs.poe2.builds.schemas.builds import BuildDetails, Complexity, Visibility
from guildhall.packs.poe2.builds.schemas.requests import BuildChange, BuildRequest, ContentRequest
from guildhall.packs.poe2.codes.rules.build import Build, Tree
from guildhall.packs.poe2.codes.rules.reading import read_build
from guildhall.packs.poe2.codes.rules.spelling import pack
from guildhall.packs.poe2.codes.rules.writing import write_build
from guildhall.packs.poe2.sandbox import ARMS, BuildMaker
from guildhall.packs.poe2.sandbox.names import CLASSES
from guildhall.packs.poe2.trees.rules.graph import SHARED_STARTS

_LIMITS = BuildLimits(100, 100, 100, 10)
_LEAGUE, _CALCULATOR, _TREE = "Runes of Aldur", "PathOfBuilding2 0.12.1", "0_5"


def _id_of(name: str) -> UserId:
    return UserId(uuid5(NAMESPACE_URL, f"https://demo.invalid/poe2/{name}"))


AUTHORS = {name: _id_of(name) for name in ("Sable", "Oriath Jack", "Wren")}
"""People who share builds."""
READERS = {f"Exile {number}": _id_of(f"Exile {number}") for number in range(1, 13)}
"""People who like them."""


class _Planned(Struct, frozen=True):
    """A build to add; `seeds` are of its versions."""

    author: str
    seeds: tuple[int, ...]
    words: str
    tags: list[str]
    complexity: Complexity
    likes: int = 0
    visibility: Visibility = "public"


_PLANNED = (
    _Planned(
        "Sable", (101, 102, 103), "Clears the campaign on what it finds.", ["league-starter", "ssf"], "beginner", 11
    ),
    _Planned("Sable", (104,), "Boss damage first; bring charms.", ["bossing", "endgame"], "advanced", 7),
    _Planned("Oriath Jack", (105, 106), "Runs on one button and regeneration.", ["lazy", "mapping"], "beginner", 9),
    _Planned("Oriath Jack", (107,), "Still looking for a better amulet.", ["tanky"], "intermediate", 2),
    _Planned("Wren", (108,), "Minions do the work, you do the walking.", ["minions", "hardcore"], "intermediate", 4),
    _Planned("Wren", (109,), "For my guild, until it is done.", ["experiment"], "expert", 0, "unlisted"),
    _Planned("Wren", (110,), "Nobody sees this yet.", ["experiment"], "expert", 0, "draft"),
)


async def seed_builds(tx: Transaction) -> int:
    """Add the builds in a worker's transaction, once; how many."""
    people = {**AUTHORS, **READERS}
    if len(await demo.add_people.many(tx, list(people.values()), list(people), tx.now)) < len(people):
        return 0
    for plan in _PLANNED:
        await _add(tx, plan)
    return len(_PLANNED)


async def build_hints(tx: Transaction) -> Sequence[str]:
    """Return what there is to see of the builds, with `{address}` for the API's."""
    builds = await queries.builds_of.many(tx, AUTHORS["Sable"], "public", None, 10)
    if len(builds) < 2:  # somebody has deleted them
        return ()
    other, first = builds[:2]
    return (
        f"A page of a build: {{address}}/b/{first.short_id} and its picture: {{address}}/b/{first.short_id}/card.png",
        f"curl '{{address}}/api/v1/poe2/b/{first.short_id}'",
        f"curl '{{address}}/api/v1/poe2/builds/compare?left={first.short_id}@1&right={first.short_id}'",
        f"curl '{{address}}/api/v1/poe2/builds/compare?left={first.short_id}&right={other.short_id}'",
    )


async def _add(tx: Transaction, plan: _Planned) -> None:
    as_author = tx.acting_for(Viewer(AUTHORS[plan.author]))
    first = made_content(plan.seeds[0])
    wanted = BuildRequest(
        ContentRequest(), description=plan.words, league=_LEAGUE, patch_version="0.5", complexity=plan.complexity,
        tags=plan.tags, language="en", visibility=plan.visibility,
    )  # fmt: skip
    build: BuildDetails = await add_build(as_author, wanted, first, _LIMITS)
    before = first.build
    for seed in plan.seeds[1:]:
        content = made_content(seed, before)
        changes = changes_between(before, content.build, None, same_calculator=True)
        change = BuildChange(build.revision)
        build, _ = await edit_build(as_author, build.id, change, content, changes, _LIMITS)
        before = content.build
    for reader in list(READERS.values())[: plan.likes]:
        await like_build(tx.acting_for(Viewer(reader)), await queries.build.one(tx, build.id))


def made_content(seed: int, before: Build | None = None) -> Content:
    """Return a made-up content, whose nodes lead from the class's start; with `before`, one that follows it."""
    made = read_build(BuildMaker(seed).xml())
    if before is not None:
        made = structs.replace(
            before, level=min(100, before.level + 3), stats=made.stats, item_sets=before.item_sets,
            items=[*before.items[1:], structs.replace(made.items[0], id=before.items[0].id)],
        )  # fmt: skip
    xml = write_build(structs.replace(made, trees=[_tree_of(made)], active_tree=1))
    return content_of(read_build(xml), pack(xml), _CALCULATOR)


def _tree_of(build: Build) -> Tree:
    """Return nodes along the arm of a class in the sandbox's tree, as many as the level allows."""
    arm = ARMS.index(SHARED_STARTS.get(build.class_name, build.class_name))
    first = 1000 * (arm + 1)
    nodes = list(range(first + 1, first + min(60, build.level)))
    if build.ascendancy is not None:
        everyone = [one for several in CLASSES.values() for one in several]
        start = 20_000 + 20 * everyone.index(build.ascendancy)
        nodes += range(start, start + 7)
    return Tree(_TREE, "Endgame", nodes=nodes)
