"""The actions of raids."""
