"""The structs of import and export."""
