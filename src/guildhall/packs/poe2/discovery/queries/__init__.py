"""Statements of discovery."""
