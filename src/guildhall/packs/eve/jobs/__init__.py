"""Jobs of the eve pack."""
