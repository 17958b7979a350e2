"""Mail in the game."""
