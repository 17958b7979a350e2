"""Shapes of the game's notifications."""
