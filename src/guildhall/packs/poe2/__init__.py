"""Path of Exile 2: builds, crafting, markets."""
