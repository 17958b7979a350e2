"""The statements of crafting."""
