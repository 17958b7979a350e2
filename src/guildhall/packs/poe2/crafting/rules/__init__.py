"""Calculations of crafting, without I/O."""
