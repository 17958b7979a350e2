"""The items of the stand-in's market, with prices as they were once believable."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["currency", "unique"]


@dataclass(frozen=True, slots=True)
class Item:
    """An item. `price` is in Exalted Orbs while a Divine Orb costs 400 of them; `trades` are an hour's or offers.

    `tied` is the share of its price that goes with the Divine Orb's: what is wanted at the end of a league is paid in
    those. `exchange` says whether it has a base item type at the currency exchange.
    """

    number: int
    kind: Kind
    category: str
    name: str
    api_id: str | None
    base_type: str | None
    price: float
    trades: float
    tied: float
    exchange: bool = True


# category: label, then "short id|name|price|trades an hour"; without a name it is made of the id.
_CURRENCIES: dict[str, tuple[str, str]] = {
    "currency": (
        "Currency",
        """
        exalted|Exalted Orb|1|9000; divine|Divine Orb|400|4000; chaos|Chaos Orb|38|3500;
        annul|Orb of Annulment|210|700; regal|Regal Orb|2.1|900; alch|Orb of Alchemy|2.3|1200;
        transmute|Orb of Transmutation|0.5|700; aug|Orb of Augmentation|1.2|800; vaal|Vaal Orb|5.5|1500;
        chance|Orb of Chance|6|400; artificers|Artificer's Orb|1.2|900; gcp|Gemcutter's Prism|3.1|1000;
        etcher|Arcanist's Etcher|9.7|260; whetstone|Blacksmith's Whetstone|2.6|180; scrap|Armourer's Scrap|4.9|200;
        fracturing-orb||3700|45; greater-exalted-orb||5.6|700; perfect-exalted-orb||1300|120;
        greater-chaos-orb||115|420; perfect-chaos-orb||3300|70; greater-regal-orb||5.7|300;
        perfect-regal-orb||18|140; greater-orb-of-transmutation||0.1|160; perfect-orb-of-transmutation||16|90;
        greater-orb-of-augmentation||1.2|170; perfect-orb-of-augmentation||121|60;
        mirror|Mirror of Kalandra|260000|1
        """,
    ),
    "breach": (
        "Catalysts",
        """
        flesh-catalyst||4|160; neural-catalyst||12|90; adaptive-catalyst||3.6|80; carapace-catalyst||4.2|70;
        reaver-catalyst||104|60; sibilant-catalyst||398|30; skittering-catalyst||246|25;
        eshs-catalyst|Esh's Catalyst|13|50; tuls-catalyst|Tul's Catalyst|16|45;
        xophs-catalyst|Xoph's Catalyst|20|50
        """,
    ),
    "abyss": (
        "Abyssal bones",
        """
        gnawed-jawbone||6.7|40; preserved-jawbone||1.9|60; ancient-jawbone||3100|12; gnawed-rib||2|40;
        preserved-rib||2.7|70; ancient-rib||2700|14; gnawed-collarbone||2.2|40; preserved-collarbone||113|55;
        ancient-collarbone||2300|15; preserved-cranium||12000|4
        """,
    ),
    "ritual": (
        "Omens",
        """
        omen-of-whittling||5400|28; omen-of-light||3800|24; omen-of-greater-exaltation||7.7|120;
        omen-of-sinistral-exaltation||34|90; omen-of-dextral-exaltation||21|85; omen-of-sinistral-erasure||7700|14;
        omen-of-dextral-erasure||5800|15; omen-of-sinistral-annulment||8300|9; omen-of-dextral-annulment||5800|8;
        omen-of-sinistral-crystallisation||123|30; omen-of-dextral-crystallisation||203|28;
        omen-of-abyssal-echoes||33|40; omen-of-sinistral-necromancy||0.5|30; omen-of-dextral-necromancy||1.2|30;
        omen-of-sanctification||377|12; omen-of-putrefaction||1.8|10; omen-of-catalysing-exaltation||35|20
        """,
    ),
    "essences": (
        "Essences",
        """
        essence-of-the-body||0.4|90; essence-of-the-mind||0.6|70; greater-essence-of-the-body||0.9|110;
        greater-essence-of-the-mind||2.4|60; greater-essence-of-haste||0.9|80; greater-essence-of-abrasion||4.3|50;
        greater-essence-of-seeking||2.2|40; greater-essence-of-opulence||24|20; perfect-essence-of-the-mind||2|15;
        perfect-essence-of-enhancement||65|10; perfect-essence-of-abrasion||1.5|12; essence-of-horror||628|8;
        essence-of-hysteria||656|7; essence-of-the-abyss||119|15; essence-of-the-breach||412|6
        """,
    ),
    "runes": (
        "Runes",
        """
        iron-rune||70|60; perfect-iron-rune||790|9; masterwork-rune||448|12;
        astrids-creativity|Astrid's Creativity|1460|3; katlas-gloom|Katla's Gloom|112|4;
        amanamus-gaze|Amanamu's Gaze|99|4; desert-rune||0.4|50; glacial-rune||0.5|50; storm-rune||0.5|45;
        body-rune||0.6|40; mind-rune||0.7|40; greater-iron-rune||160|14
        """,
    ),
    "delirium": (
        "Liquid emotions",
        """
        concentrated-liquid-fear||12|30; potent-liquid-contempt||680|6; potent-liquid-ferocity||2700|4;
        ancient-potent-liquid-contempt||8400|1; diluted-liquid-ire||0.3|70; liquid-paranoia||0.9|60
        """,
    ),
    "vaultkeys": (
        "Reliquary keys",
        """
        the-trialmasters-reliquary-key|The Trialmaster's Reliquary Key|2100|2; ritualistic-reliquary-key||300|2;
        tangmazus-reliquary-key|Tangmazu's Reliquary Key|1900|1;
        zarokhs-reliquary-key|Zarokh's Reliquary Key|2700|2
        """,
    ),
}  # fmt: skip

# category: label, then "name|what it is one of|price|offers"
_UNIQUES: dict[str, tuple[str, str]] = {
    "weapon": (
        "Weapons",
        """
        Redblade|Broadsword|2|180; Splinterheart|Shortbow|1|320; The Sentry|Gnarled Branch|1|240;
        Quill Rain|Shortbow|3|150; Hoghunt|Felled Greatclub|1|300; Chober Chaber|Leaden Greathammer|90|40;
        Adonia's Ego|Siphoning Wand|900|12; Death's Harp|Dualstring Bow|30|60; Trephina|Warpick|2|120;
        Enezun's Charge|Volatile Wand|4|70; The Whispering Ice|Voltaic Staff|60|25; Earthbound|Voltaic Staff|40|22;
        Nebuloch|Torment Club|70|18
        """,
    ),
    "armour": (
        "Armour",
        """
        Ghostwrithe|Silk Robe|3|160; Tabula Rasa|Garment|12|110; Atziri's Disdain|Gold Circlet|700|35;
        Bluetongue|Rawhide Belt|1|90; The Hammer of Faith|Torment Club|80|9; Corpsewade|Iron Greaves|4|130;
        Wanderlust|Wrapped Sandals|1|340; Atziri's Splendour|Sacrificial Regalia|1500|16;
        Temporalis|Silk Robe|240000|3; Kaom's Heart|Conqueror Plate|850|20; Goldrim|Felt Cap|1|280;
        Doedre's Tenure|Furtive Wraps|6|75; Lochtonial Caress|Riveted Mitts|2|95
        """,
    ),
    "accessory": (
        "Jewellery",
        """
        Headhunter|Heavy Belt|60000|9; Mageblood|Utility Belt|190000|4; Astramentis|Stellar Amulet|4800|25;
        The Everlasting Gaze|Azure Amulet|2600|14; Ingenuity|Utility Belt|5200|18;
        Ventor's Gamble|Gold Ring|30|140; Dream Fragments|Sapphire Ring|900|22; Andvarius|Gold Ring|6|160;
        Blackheart|Iron Ring|1|260; Meginord's Girdle|Rawhide Belt|2|100; Perandus Seal|Gold Ring|12|90;
        Surefooted Sigil|Crimson Amulet|3|70
        """,
    ),
    "jewel": (
        "Jewels",
        """
        Against the Darkness|Time-Lost Diamond|320|60; From Nothing|Diamond|640|30; Megalomaniac|Diamond|110|150;
        Grand Spectrum|Ruby|45|80; Prism of Belief|Diamond|9000|6; Heart of the Well|Diamond|1800|24
        """,
    ),
    "flask": (
        "Flasks",
        """
        Olroth's Resolve|Ultimate Life Flask|900|12; Melting Maelstrom|Ultimate Mana Flask|40|30;
        Blood of the Warrior|Ultimate Life Flask|9|45
        """,
    ),
}  # fmt: skip


def _rows(text: str) -> list[list[str]]:
    return [[field.strip() for field in row.split("|")] for row in text.split(";")]


def _title(api_id: str) -> str:
    """Return a name made of a short id: "omen-of-light" is the Omen of Light."""
    small = {"of", "the"}
    return " ".join(word if word in small else word.capitalize() for word in api_id.split("-"))


def _make() -> tuple[Item, ...]:
    made: list[Item] = []
    for category, (_, text) in _CURRENCIES.items():
        for api_id, name, price, trades in _rows(text):
            cost = float(price)
            tied = 0.0 if api_id == "exalted" else 1.0 if api_id == "divine" else 0.9 if cost > 50 else 0.35
            made.append(
                Item(
                    280 + len(made), "currency", category, name or _title(api_id),
                    # What is new at the exchange has no short id for a while.
                    None if category == "delirium" and cost < 1 else api_id,
                    None, cost, float(trades), tied, category != "vaultkeys",
                )
            )  # fmt: skip
    for category, (_, text) in _UNIQUES.items():
        for name, base_type, price, offers in _rows(text):
            made.append(
                Item(900 + len(made), "unique", category, name, None, base_type, float(price), float(offers), 0.9)
            )
    return tuple(made)


ITEMS = _make()
BY_NUMBER = {item.number: item for item in ITEMS}
LABELS: dict[Kind, dict[str, str]] = {
    "currency": {category: label for category, (label, _) in _CURRENCIES.items()},
    "unique": {category: label for category, (label, _) in _UNIQUES.items()},
}
EXALTED, CHAOS, DIVINE = (next(one for one in ITEMS if one.api_id == name) for name in ("exalted", "chaos", "divine"))
