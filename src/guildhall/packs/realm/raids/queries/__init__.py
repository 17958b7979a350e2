"""The statements of raids."""
