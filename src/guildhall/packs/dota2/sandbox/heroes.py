"""The 127 heroes: ids, names and roles as dotaconstants 10.8.0 (MIT) lists them."""

from msgspec import Struct


class Hero(Struct, frozen=True):
    """One hero as GET /heroes gives it; ids are sparse (1..155)."""

    id: int
    name: str
    localized_name: str
    primary_attr: str
    attack_type: str
    roles: tuple[str, ...]


_TABLE = """
1|antimage|Anti-Mage|agi|Melee|Carry,Escape,Nuker
2|axe|Axe|str|Melee|Initiator,Durable,Disabler,Carry
3|bane|Bane|all|Ranged|Support,Disabler,Nuker,Durable
4|bloodseeker|Bloodseeker|agi|Melee|Carry,Disabler,Nuker,Initiator
5|crystal_maiden|Crystal Maiden|int|Ranged|Support,Disabler,Nuker
6|drow_ranger|Drow Ranger|agi|Ranged|Carry,Disabler,Pusher
7|earthshaker|Earthshaker|str|Melee|Support,Initiator,Disabler,Nuker
8|juggernaut|Juggernaut|agi|Melee|Carry,Pusher,Escape
9|mirana|Mirana|agi|Ranged|Carry,Support,Escape,Nuker,Disabler
10|morphling|Morphling|agi|Ranged|Carry,Escape,Durable,Nuker,Disabler
11|nevermore|Shadow Fiend|agi|Ranged|Carry,Nuker
12|phantom_lancer|Phantom Lancer|agi|Melee|Carry,Escape,Pusher,Nuker
13|puck|Puck|int|Ranged|Initiator,Disabler,Escape,Nuker
14|pudge|Pudge|str|Melee|Disabler,Initiator,Durable,Nuker
15|razor|Razor|agi|Ranged|Carry,Durable,Nuker,Pusher
16|sand_king|Sand King|all|Melee|Initiator,Disabler,Support,Nuker,Escape
17|storm_spirit|Storm Spirit|int|Ranged|Carry,Escape,Nuker,Initiator,Disabler
18|sven|Sven|str|Melee|Carry,Disabler,Initiator,Durable,Nuker
19|tiny|Tiny|str|Melee|Carry,Nuker,Pusher,Initiator,Durable,Disabler
20|vengefulspirit|Vengeful Spirit|agi|Ranged|Support,Initiator,Disabler,Nuker,Escape
21|windrunner|Windranger|all|Ranged|Carry,Support,Disabler,Escape,Nuker
22|zuus|Zeus|int|Ranged|Nuker,Carry
23|kunkka|Kunkka|str|Melee|Carry,Support,Disabler,Initiator,Durable,Nuker
25|lina|Lina|int|Ranged|Support,Carry,Nuker,Disabler
26|lion|Lion|int|Ranged|Support,Disabler,Nuker,Initiator
27|shadow_shaman|Shadow Shaman|int|Ranged|Support,Pusher,Disabler,Nuker,Initiator
28|slardar|Slardar|str|Melee|Carry,Durable,Initiator,Disabler,Escape
29|tidehunter|Tidehunter|str|Melee|Initiator,Durable,Disabler,Nuker,Carry
30|witch_doctor|Witch Doctor|int|Ranged|Support,Nuker,Disabler
31|lich|Lich|int|Ranged|Support,Nuker
32|riki|Riki|agi|Melee|Carry,Escape,Disabler
33|enigma|Enigma|all|Ranged|Disabler,Initiator,Pusher
34|tinker|Tinker|int|Ranged|Carry,Nuker,Pusher
35|sniper|Sniper|agi|Ranged|Carry,Nuker
36|necrolyte|Necrophos|int|Ranged|Carry,Nuker,Durable,Disabler
37|warlock|Warlock|int|Ranged|Support,Initiator,Disabler
38|beastmaster|Beastmaster|all|Melee|Initiator,Disabler,Durable,Nuker
39|queenofpain|Queen of Pain|int|Ranged|Carry,Nuker,Escape
40|venomancer|Venomancer|all|Ranged|Support,Nuker,Initiator,Pusher,Disabler
41|faceless_void|Faceless Void|agi|Melee|Carry,Initiator,Disabler,Escape,Durable
42|skeleton_king|Wraith King|str|Melee|Carry,Support,Durable,Disabler,Initiator
43|death_prophet|Death Prophet|all|Ranged|Carry,Pusher,Nuker,Disabler
44|phantom_assassin|Phantom Assassin|agi|Melee|Carry,Escape
45|pugna|Pugna|int|Ranged|Nuker,Pusher
46|templar_assassin|Templar Assassin|agi|Ranged|Carry,Escape
47|viper|Viper|agi|Ranged|Carry,Durable,Initiator,Disabler
48|luna|Luna|agi|Ranged|Carry,Nuker,Pusher
49|dragon_knight|Dragon Knight|str|Melee|Carry,Pusher,Durable,Disabler,Initiator,Nuker
50|dazzle|Dazzle|all|Ranged|Support,Nuker,Disabler
51|rattletrap|Clockwerk|str|Melee|Initiator,Disabler,Durable,Nuker
52|leshrac|Leshrac|int|Ranged|Carry,Support,Nuker,Pusher,Disabler
53|furion|Nature's Prophet|all|Ranged|Carry,Pusher,Escape,Nuker
54|life_stealer|Lifestealer|str|Melee|Carry,Durable,Escape,Disabler
55|dark_seer|Dark Seer|int|Melee|Initiator,Escape,Disabler
56|clinkz|Clinkz|agi|Ranged|Carry,Escape,Pusher
57|omniknight|Omniknight|str|Melee|Support,Durable,Nuker
58|enchantress|Enchantress|int|Ranged|Support,Pusher,Durable,Disabler
59|huskar|Huskar|str|Ranged|Carry,Durable,Initiator
60|night_stalker|Night Stalker|str|Melee|Carry,Initiator,Durable,Disabler,Nuker
61|broodmother|Broodmother|agi|Melee|Carry,Pusher,Escape,Nuker
62|bounty_hunter|Bounty Hunter|agi|Melee|Escape,Nuker
63|weaver|Weaver|agi|Ranged|Carry,Escape
64|jakiro|Jakiro|int|Ranged|Support,Nuker,Pusher,Disabler
65|batrider|Batrider|all|Ranged|Initiator,Disabler,Escape
66|chen|Chen|int|Ranged|Support,Pusher
67|spectre|Spectre|agi|Melee|Carry,Durable,Escape
68|ancient_apparition|Ancient Apparition|int|Ranged|Support,Disabler,Nuker
69|doom_bringer|Doom|str|Melee|Carry,Disabler,Initiator,Durable,Nuker
70|ursa|Ursa|agi|Melee|Carry,Durable,Disabler
71|spirit_breaker|Spirit Breaker|str|Melee|Carry,Initiator,Disabler,Durable,Escape
72|gyrocopter|Gyrocopter|agi|Ranged|Carry,Nuker,Disabler
73|alchemist|Alchemist|str|Melee|Carry,Support,Durable,Disabler,Initiator,Nuker
74|invoker|Invoker|int|Ranged|Carry,Nuker,Disabler,Escape,Pusher
75|silencer|Silencer|int|Ranged|Carry,Support,Disabler,Initiator,Nuker
76|obsidian_destroyer|Outworld Devourer|int|Ranged|Carry,Nuker,Disabler
77|lycan|Lycan|str|Melee|Carry,Pusher,Durable,Escape
78|brewmaster|Brewmaster|all|Melee|Carry,Initiator,Durable,Disabler,Nuker
79|shadow_demon|Shadow Demon|int|Ranged|Support,Disabler,Initiator,Nuker
80|lone_druid|Lone Druid|agi|Ranged|Carry,Pusher,Durable
81|chaos_knight|Chaos Knight|str|Melee|Carry,Disabler,Durable,Pusher,Initiator
82|meepo|Meepo|agi|Melee|Carry,Escape,Nuker,Disabler,Initiator,Pusher
83|treant|Treant Protector|str|Melee|Support,Initiator,Durable,Disabler,Escape
84|ogre_magi|Ogre Magi|str|Melee|Support,Nuker,Disabler,Durable,Initiator
85|undying|Undying|str|Melee|Support,Durable,Disabler,Nuker
86|rubick|Rubick|int|Ranged|Support,Disabler,Nuker
87|disruptor|Disruptor|int|Ranged|Support,Disabler,Nuker,Initiator
88|nyx_assassin|Nyx Assassin|all|Melee|Disabler,Nuker,Initiator,Escape
89|naga_siren|Naga Siren|agi|Melee|Carry,Support,Pusher,Disabler,Initiator,Escape
90|keeper_of_the_light|Keeper of the Light|int|Ranged|Support,Nuker,Disabler
91|wisp|Io|all|Ranged|Support,Escape,Nuker
92|visage|Visage|all|Ranged|Support,Nuker,Durable,Disabler,Pusher
93|slark|Slark|agi|Melee|Carry,Escape,Disabler,Nuker
94|medusa|Medusa|agi|Ranged|Carry,Disabler,Durable
95|troll_warlord|Troll Warlord|agi|Ranged|Carry,Pusher,Disabler,Durable
96|centaur|Centaur Warrunner|str|Melee|Durable,Initiator,Disabler,Nuker,Escape
97|magnataur|Magnus|all|Melee|Initiator,Disabler,Nuker,Escape
98|shredder|Timbersaw|str|Melee|Nuker,Durable,Escape
99|bristleback|Bristleback|str|Melee|Carry,Durable,Initiator,Nuker
100|tusk|Tusk|str|Melee|Initiator,Disabler,Nuker
101|skywrath_mage|Skywrath Mage|int|Ranged|Support,Nuker,Disabler
102|abaddon|Abaddon|all|Melee|Support,Carry,Durable
103|elder_titan|Elder Titan|str|Melee|Initiator,Disabler,Nuker,Durable
104|legion_commander|Legion Commander|str|Melee|Carry,Disabler,Initiator,Durable,Nuker
105|techies|Techies|all|Ranged|Nuker,Disabler
106|ember_spirit|Ember Spirit|agi|Melee|Carry,Escape,Nuker,Disabler,Initiator
107|earth_spirit|Earth Spirit|str|Melee|Nuker,Escape,Disabler,Initiator,Durable
108|abyssal_underlord|Underlord|str|Melee|Support,Nuker,Disabler,Durable,Escape
109|terrorblade|Terrorblade|agi|Melee|Carry,Pusher,Nuker
110|phoenix|Phoenix|str|Ranged|Support,Nuker,Initiator,Escape,Disabler
111|oracle|Oracle|int|Ranged|Support,Nuker,Disabler,Escape
112|winter_wyvern|Winter Wyvern|int|Ranged|Support,Disabler,Nuker
113|arc_warden|Arc Warden|all|Ranged|Carry,Escape,Nuker
114|monkey_king|Monkey King|agi|Melee|Carry,Escape,Disabler,Initiator
119|dark_willow|Dark Willow|int|Ranged|Support,Nuker,Disabler,Escape
120|pangolier|Pangolier|all|Melee|Carry,Nuker,Disabler,Durable,Escape,Initiator
121|grimstroke|Grimstroke|int|Ranged|Support,Nuker,Disabler,Escape
123|hoodwink|Hoodwink|agi|Ranged|Support,Nuker,Escape,Disabler
126|void_spirit|Void Spirit|all|Melee|Carry,Escape,Nuker,Disabler
128|snapfire|Snapfire|all|Ranged|Support,Nuker,Disabler,Escape
129|mars|Mars|str|Melee|Carry,Initiator,Disabler,Durable
131|ringmaster|Ring Master|int|Ranged|Support,Nuker,Escape,Disabler
135|dawnbreaker|Dawnbreaker|str|Melee|Carry,Durable
136|marci|Marci|all|Melee|Support,Carry,Initiator,Disabler,Escape
137|primal_beast|Primal Beast|str|Melee|Initiator,Durable,Disabler
138|muerta|Muerta|int|Ranged|Carry,Nuker,Disabler
145|kez|Kez|agi|Melee|Carry,Escape,Disabler
155|largo|Largo|str|Melee|Durable,Disabler,Support
"""


def _read(line: str) -> Hero:
    hero_id, short, localized_name, primary_attr, attack_type, roles = line.split("|")
    return Hero(
        int(hero_id),
        f"npc_dota_hero_{short}",
        localized_name,
        primary_attr,
        attack_type,
        tuple(roles.split(",")),
    )


HEROES = tuple(_read(line) for line in _TABLE.strip().splitlines())
HERO_BY_ID = {hero.id: hero for hero in HEROES}


def hero_constants() -> dict[str, dict[str, object]]:
    """The resource /constants/heroes, keyed by id, with the fields that this table knows."""
    picture = "/apps/dota2/images/dota_react/heroes"
    constants: dict[str, dict[str, object]] = {}
    for hero in HEROES:
        short = hero.name.removeprefix("npc_dota_hero_")
        constants[str(hero.id)] = {
            "id": hero.id,
            "name": hero.name,
            "primary_attr": hero.primary_attr,
            "attack_type": hero.attack_type,
            "roles": hero.roles,
            "img": f"{picture}/{short}.png?",
            "icon": f"{picture}/icons/{short}.png?",
            "localized_name": hero.localized_name,
        }
    return constants
