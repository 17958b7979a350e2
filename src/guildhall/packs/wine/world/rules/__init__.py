"""Calculations of the world."""
