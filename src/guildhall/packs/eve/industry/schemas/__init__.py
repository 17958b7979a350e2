"""Shapes of industry jobs."""
