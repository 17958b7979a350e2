"""Calculations of the catalogue."""
