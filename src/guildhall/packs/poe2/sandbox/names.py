"""Names that made-up builds are made of."""

CLASSES = {
    "Warrior": ("Titan", "Warbringer", "Smith of Kitava"),
    "Ranger": ("Deadeye", "Pathfinder"),
    "Huntress": ("Amazon", "Spirit Walker", "Ritualist"),
    "Witch": ("Infernalist", "Blood Mage", "Lich"),
    "Sorceress": ("Stormweaver", "Chronomancer", "Disciple of Varashta"),
    "Mercenary": ("Tactician", "Witchhunter", "Gemling Legionnaire"),
    "Monk": ("Martial Artist", "Invoker", "Acolyte of Chayula"),
    "Druid": ("Oracle", "Shaman"),
}
TREE_VERSIONS = ("0_1", "0_2", "0_3", "0_4", "0_5")
SKILLS = (
    "Lightning Arrow", "Spark", "Ice Nova", "Fireball", "Earthquake", "Sunder", "Boneshatter", "Tempest Bell",
    "Whirling Assault", "Gas Arrow", "Explosive Grenade", "Comet", "Arc", "Flame Wall", "Contagion",
    "Essence Drain", "Skeletal Arsonist", "Raise Zombie", "Explosive Spear", "Rake", "Pounce", "Volcano",
    "Frostbolt", "Cast on Critical",
)  # fmt: skip
SUPPORTS = (
    "Martial Tempo", "Scattershot", "Pierce", "Inspiration", "Magnified Area", "Concentrated Area",
    "Controlled Destruction", "Rapid Casting", "Unleash", "Heft", "Brutality", "Close Combat", "Fire Attunement",
    "Cold Attunement", "Lightning Penetration", "Clarity", "Vitality", "Precision", "Second Wind", "Overabundance",
)  # fmt: skip
SLOTS = {
    "Weapon 1": ("Gemini Bow", "Warpick", "Attuned Wand", "Ashen Staff", "Winged Spear"),
    "Weapon 2": ("Visceral Quiver", "Tawhoan Tower Shield", "Sacred Focus"),
    "Weapon 1 Swap": ("Obliterator Bow", "Marching Mace"),
    "Weapon 2 Swap": ("Primed Quiver", "Druidic Crest Shield"),
    "Helmet": ("Freebooter Cap", "Kamasan Tiara", "Imperial Greathelm"),
    "Body Armour": ("Falconer's Jacket", "Vile Robe", "Soldier Cuirass"),
    "Gloves": ("Polished Bracers", "Grand Manchettes", "Massive Mitts"),
    "Boots": ("Cinched Boots", "Sekhema Sandals", "Tasalian Greaves"),
    "Amulet": ("Stellar Amulet", "Gold Amulet", "Solar Amulet"),
    "Ring 1": ("Sapphire Ring", "Breach Ring", "Prismatic Ring"),
    "Ring 2": ("Ruby Ring", "Amethyst Ring", "Topaz Ring"),
    "Belt": ("Utility Belt", "Heavy Belt", "Fine Belt"),
    "Flask 1": ("Ultimate Life Flask",),
    "Flask 2": ("Ultimate Mana Flask",),
    "Charm 1": ("Thawing Charm", "Ruby Charm"),
    "Charm 2": ("Silver Charm", "Golden Charm"),
}
MODS = (
    "+{a} to maximum Life", "+{b}% to Fire Resistance", "+{b}% to Cold Resistance",
    "+{b}% to Lightning Resistance", "{b}% increased Movement Speed", "Adds {c} to {a} Physical Damage",
    "{a}% increased Spell Damage", "+{b} to Strength", "+{b} to Dexterity", "+{b} to Intelligence",
    "{b}% increased Attack Speed", "+{a} to maximum Mana", "{a}% increased Critical Hit Chance",
    "+{c} to Level of all Projectile Skills", "{b}% increased Rarity of Items found", "+{a} to Evasion Rating",
    "{a}% increased Energy Shield", "Leech {c}% of Physical Attack Damage as Life",
)  # fmt: skip
FIRST = ("Doom", "Storm", "Grim", "Pain", "Gale", "Brood", "Soul", "Viper", "Kraken", "Rune", "Onslaught", "Glyph")
SECOND = ("Song", "Bane", "Ward", "Trap", "Knot", "Grip", "Stride", "Crown", "Guard", "Pelt", "Loop", "Choker")
STATS = (
    "AverageHit", "AverageDamage", "Speed", "CritChance", "CritMultiplier", "HitChance", "TotalDPS", "TotalDot",
    "BleedDPS", "IgniteDPS", "PoisonDPS", "WithPoisonDPS", "CombinedDPS", "FullDPS", "CullingDPS", "Cooldown",
    "AreaOfEffectRadiusMetres", "ManaCost", "ManaPerSecondCost", "Str", "ReqStr", "Dex", "ReqDex", "Int", "ReqInt",
    "Devotion", "TotalEHP", "PhysicalMaximumHitTaken", "LightningMaximumHitTaken", "FireMaximumHitTaken",
    "ColdMaximumHitTaken", "ChaosMaximumHitTaken", "MainHandAccuracy", "Life", "Spec:LifeInc", "LifeUnreserved",
    "LifeRegenRecovery", "Mana", "Spec:ManaInc", "ManaUnreserved", "ManaRegenRecovery", "EnergyShield",
    "Spec:EnergyShieldInc", "EnergyShieldRegenRecovery", "Ward", "Evasion", "Spec:EvasionInc",
    "PhysicalDamageReduction", "EvadeChance", "Armour", "Spec:ArmourInc", "EffectiveBlockChance",
    "EffectiveSpellBlockChance", "EffectiveSpellSuppressionChance", "FireResist", "FireResistOverCap",
    "ColdResist", "ColdResistOverCap", "LightningResist", "LightningResistOverCap", "ChaosResist",
    "ChaosResistOverCap", "EffectiveMovementSpeedMod", "PowerCharges", "PowerChargesMax", "FrenzyCharges",
    "FrenzyChargesMax", "EnduranceCharges", "EnduranceChargesMax", "ActiveTotemLimit", "ActiveMinionLimit",
    "Spirit", "SpiritUnreserved", "TotalNetRegen", "NetLifeRegen", "NetManaRegen", "NetEnergyShieldRegen",
    "StunDuration", "PvpTotalDPS",
)  # fmt: skip
CONDITIONS = (
    "enemyIsBoss", "conditionMoving", "conditionFullLife", "useFrenzyCharges", "usePowerCharges", "buffOnslaught",
    "conditionEnemyShocked", "conditionEnemyChilled", "conditionEnemyIgnited", "conditionLowLife",
    "conditionUsedSkillRecently",
)  # fmt: skip
