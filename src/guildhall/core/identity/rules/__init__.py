"""Calculations without I/O."""
