"""What changes: characters, their tokens, their data, and what is told of it."""
