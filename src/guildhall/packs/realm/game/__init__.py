"""The API for game servers."""
