"""What the worker does for the eve pack."""
