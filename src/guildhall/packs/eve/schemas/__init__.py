"""Rows of the eve pack. Some have the shape of ESI's answers and are decoded from them directly."""
