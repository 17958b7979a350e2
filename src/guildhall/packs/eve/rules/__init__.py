"""Calculation without I/O."""
