"""Calculations of opinions."""
