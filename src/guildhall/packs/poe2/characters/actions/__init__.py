"""Writes about characters."""
