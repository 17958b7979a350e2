"""Boards of the known players."""
