"""Alarms that are planned and fired."""
