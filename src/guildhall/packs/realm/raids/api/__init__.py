"""The endpoints of raids."""
