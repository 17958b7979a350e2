"""Routes of crafting."""
