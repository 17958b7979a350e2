"""Shapes of colonies."""
