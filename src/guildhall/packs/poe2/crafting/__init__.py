"""Crafting: game data of a patch, odds of steps and plans, logged sessions, and strategies."""
