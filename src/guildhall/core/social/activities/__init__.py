"""Activities of people, and the feed of those that somebody follows."""
