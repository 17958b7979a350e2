"""Statements about the market."""
