"""A small game, plans over it, and items, for the tests of crafting."""

import json

import msgspec

from guildhall.packs.poe2.crafting.rules.files import known_rules
from guildhall.packs.poe2.crafting.rules.game import (
    EQUAL,
    Base,
    Currency,
    Game,
    Gift,
    Limits,
    Mod,
    ModKind,
    Side,
    Slots,
    Spawn,
)
from guildhall.packs.poe2.crafting.rules.items import CraftItem, HeldMod
from guildhall.packs.poe2.crafting.rules.plan import Condition, CraftPlan, CraftTarget, PlanStep

CRAFTING = "/api/v1/poe2/crafting"


def mod(
    id: str,
    side: Side,
    level: int,
    weight: float | None = 1.0,
    *,
    kind: ModKind = "natural",
    families: tuple[str, ...] = (),
    faction: str | None = None,
) -> Mod:
    """A modifier of rings; its type is its id without the tier's number."""
    return Mod(
        id=id, type=id.rstrip("0123456789"), side=side, level=level, kind=kind, families=list(families),
        faction=faction, spawn=[] if kind == "crafted" else [Spawn("ring", weight)],
    )  # fmt: skip


MODS = (
    mod("Life1", "prefix", 1, 3), mod("Life2", "prefix", 40, 2), mod("Mana1", "prefix", 1, 3),
    mod("Mana2", "prefix", 60, 1), mod("Armour", "prefix", 30, 2, families=("Armour", "Shared")),
    mod("Fire1", "suffix", 1, 3), mod("Fire2", "suffix", 50, 2),
    mod("Cold", "suffix", 10, 5, families=("Cold", "Shared")), mod("Light", "suffix", 20, 4),
    mod("Tomb", "prefix", 65, None, kind="desecrated", faction="Kurgal"),
    mod("Grave", "suffix", 65, None, kind="desecrated", faction="Ulaman"),
    mod("Glass", "prefix", 50, kind="crafted"),
)  # fmt: skip
"""Four families of prefixes and four of suffixes, two of them exclude each other."""
RING = Base("Rings/Copper", "Copper Ring", "Ring", ["ring"])
ESSENCES = (
    Currency(id="essence", name="Essence", action="essence", gives=[Gift("Glass")]),
    Currency(id="perfect-essence", name="Perfect Essence", action="perfect_essence", gives=[Gift("Glass")]),
)


def make_game(mods: tuple[Mod, ...] = MODS, rare: tuple[int, int] = (2, 2)) -> Game:
    """A game of rings with few slots, so that all their states can be written down."""
    rules = known_rules("0.5")
    assert rules is not None
    rules = msgspec.structs.replace(rules, currencies=[*rules.currencies, *ESSENCES], limits=Limits(rare=Slots(*rare)))
    return Game(
        patch="0.5", source="made up", weight_source=EQUAL, usual_weight=1.0, rules=rules,
        mods={one.id: one for one in mods}, bases={RING.id: RING},
    )  # fmt: skip


def item(*mods: str | HeldMod, rarity: str | None = None, level: int = 82) -> CraftItem:
    """A ring; its rarity follows from the number of modifiers."""
    held = [HeldMod(one) if isinstance(one, str) else one for one in mods]
    guess = "normal" if not held else "magic" if len(held) == 1 else "rare"
    return CraftItem(base="Copper Ring", item_level=level, rarity=rarity or guess, mods=held)  # type: ignore[arg-type]


LIFE, FIRE = CraftTarget(type="Life", level=40), CraftTarget(type="Fire", level=50)
TOMB, GLASS = CraftTarget(type="Tomb"), CraftTarget(mods=["Glass"])
TARGETS = [LIFE, FIRE, TOMB, GLASS]


def wants(*targets: int, **more: int) -> Condition:
    """A condition."""
    return Condition(targets=list(targets), **more)


def plan(
    *steps: PlanStep, targets: int = 4, goal: Condition | None = None, begin: CraftItem | None = None, **more: str
) -> CraftPlan:
    """A plan over the small game."""
    return CraftPlan(
        item=begin or item(),
        targets=TARGETS[:targets],
        steps=list(steps),
        goal=goal,
        **more,  # type: ignore[arg-type]
    )


def step(use: str, *omens: str, **more: object) -> PlanStep:
    """A step."""
    return PlanStep(use=use, omens=[f"omen-of-{one}" for one in omens], **more)  # type: ignore[arg-type]


PLANS = {
    "restart until each step succeeds": plan(
        step("transmute", wants=wants(1), on_failure="restart"),
        step("aug", wants=wants(1, 2), on_failure="restart"),
        step("regal"),
        step("exalted"),
        targets=2,
    ),
    "go on whatever happens": plan(
        step("greater-orb-of-transmutation"), step("aug"), step("greater-regal-orb"), step("exalted"), targets=2
    ),
    "repeat": plan(step("alch"), step("chaos", wants=wants(1, 2), on_failure="repeat"), targets=2),
    "repeat with a floor": plan(
        step("alch"), step("perfect-chaos-orb", wants=wants(2), on_failure="repeat"), goal=wants(2), targets=2
    ),
    "go back": plan(
        step("transmute", wants=wants(1), on_failure="restart"),
        step("regal"),
        step("exalted", wants=wants(1, 2)),
        step("annul", wants=wants(2), keeps=[1], on_failure="back", back_to=3),
        targets=2,
    ),
    "two loops in a row": plan(
        step("alch"),
        step("chaos", wants=wants(1), on_failure="repeat"),
        step("annul", "dextral-annulment", wants=wants(free_suffixes=1), keeps=[1], on_failure="restart"),
        step("exalted", "dextral-exaltation", wants=wants(2)),
        step("annul", "dextral-annulment", wants=wants(2), on_failure="back", back_to=4),
        targets=2,
    ),
    "desecrate and choose": plan(
        step("alch", "sinistral-alchemy"),
        step("preserved-collarbone"),
        step("well-of-souls", "abyssal-echoes"),
        goal=wants(1, 3, at_least=1),
        targets=3,
    ),
    "desecrate again": plan(
        step("transmute"),
        step("regal"),
        step("ancient-collarbone", "sinistral-necromancy"),
        step("well-of-souls", wants=wants(3)),
        step("annul", "light", wants=wants(3), on_failure="back", back_to=3),
        goal=wants(3),
        targets=3,
    ),
    "a faction": plan(
        step("transmute"), step("regal"), step("preserved-collarbone", "the-blackblooded"), step("well-of-souls"),
        goal=wants(3), targets=3, at_end="stop",
    ),
    "a perfect essence": plan(
        step("transmute", wants=wants(1), on_failure="restart"),
        step("aug"),
        step("regal"),
        step("exalted"),
        step("perfect-essence", wants=wants(4), keeps=[1], on_failure="restart"),
        goal=wants(1, 4),
    ),
    "an essence, then two at once": plan(
        step("transmute"),
        step("essence", on_failure="continue"),
        step("exalted", "greater-exaltation"),
        step("annul", "dextral-annulment", wants=wants(free_suffixes=1), keeps=[4], on_failure="restart"),
        step("exalted", "dextral-exaltation"),
        goal=wants(2, 4),
    ),
    "fracture, and stop": plan(
        step("alch", wants=wants(1), on_failure="restart"),
        step("fracturing-orb"),
        step("chaos", wants=wants(1, 2), on_failure="continue"),
        step("chaos", "whittling", wants=wants(1, 2), on_failure="stop"),
        targets=2,
    ),
    "begin with an item": plan(
        step("exalted", wants=wants(1, 2)),
        step("annul", "greater-annulment", wants=wants(1, 2), keeps=[2], on_failure="restart"),
        targets=2,
        begin=item("Fire2", HeldMod("Cold", fractured=True), "Mana1", rarity="rare"),
        at_end="restart",
    ),
}  # fmt: skip
"""Plans that use every action, and everything that can follow a failure."""


def export() -> str:
    """A session of the emulator of Craft of Exile: ids and weights are numbers here and texts there."""
    cold: dict[str, object] = {
        "id": "5127",
        "tindex": 2,
        "atype": "suffix",
        "modgroups": ["ColdDamage"],
        "weight": 1000,
        "rolls": [10, 38],
    }
    cold |= {"frac": 0, "chance": 0.02}
    life: dict[str, object] = {
        "id": 5117,
        "tindex": 3,
        "atype": "prefix",
        "modgroups": ["IncreasedLife"],
        "weight": "1200",
        "rolls": [90],
    }
    life |= {"frac": 1, "chance": 0.11}
    entry: dict[str, object] = {
        "action": None,
        "forced": None,
        "add": None,
        "omens": None,
        "rem": None,
        "ilvl": 80,
        "affixes": [],
        "nums": 1,
    }
    orb = {**entry, "mode": "currency"}
    omens = {"greater_exaltation": 1, "light": 0}
    log: list[dict[str, object]] = [
        {**orb, "currency": "transmute", "subaction": "normal", "rarity": "normal"},
        {
            **orb,
            "currency": "augmentation",
            "subaction": "greater",
            "rarity": "magic",
            "add": [life],
            "affixes": [cold],
        },
        {**entry, "mode": "forced", "subaction": 5119, "forced": "add", "rarity": "magic", "affixes": [cold, life]},
    ]
    log[1]["omens"] = omens
    return json.dumps(
        {
            "settings": {"bgroup": 7, "base": 20, "bitem": 232, "ilvl": 80, "rarity": "rare", "influences": None},
            "data": {"implicits": None, "iaffixes": [cold, life], "meta_flags": {}},
            "log": log,
            "spending": {"currency": {"transmute": 1, "5127_regal": 1, "5119_transmute": None}},
        }
    )
