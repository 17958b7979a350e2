"""The market: leagues, items, prices as poe2scout tells them, their history, and price vectors."""
