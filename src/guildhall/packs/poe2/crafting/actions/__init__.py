"""Writes of crafting."""
