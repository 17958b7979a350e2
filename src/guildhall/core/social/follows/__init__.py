"""People who follow people."""
