"""The structs of raids."""
