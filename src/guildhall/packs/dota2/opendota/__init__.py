"""The client of the OpenDota API and the shapes of its answers."""
