"""Shapes of locations."""
