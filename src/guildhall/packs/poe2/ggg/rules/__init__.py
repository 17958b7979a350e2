"""Calculations about limits, without I/O."""
