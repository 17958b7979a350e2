"""Writes about accounts at Path of Exile."""
