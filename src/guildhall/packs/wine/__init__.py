"""Wine: a catalogue of wines as species, and the world in which they grow."""
