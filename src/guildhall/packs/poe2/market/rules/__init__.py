"""Calculations with prices."""
