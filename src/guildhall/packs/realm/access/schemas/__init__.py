"""The structs of access."""
