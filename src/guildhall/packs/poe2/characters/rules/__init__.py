"""Calculations about what the game says of characters, without I/O."""
