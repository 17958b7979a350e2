"""The location of a character: system, dock and ship."""
