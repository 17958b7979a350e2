"""The structs of chat."""
