"""Shapes of skills."""
