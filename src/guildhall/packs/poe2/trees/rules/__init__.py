"""Passive trees as graphs."""
