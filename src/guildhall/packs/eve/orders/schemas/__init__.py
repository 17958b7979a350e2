"""Shapes of market orders."""
