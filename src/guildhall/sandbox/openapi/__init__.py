"""Answers made from an OpenAPI file: its reader, and the maker of believable values."""
