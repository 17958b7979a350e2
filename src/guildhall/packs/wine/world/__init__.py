"""The world: types, rarity, natures, growth and stats."""
