"""Writes about the market."""
