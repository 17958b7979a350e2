"""Builds: shared by people, with versions that never change, under a short address."""
