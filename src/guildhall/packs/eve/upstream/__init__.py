"""The client of ESI."""
