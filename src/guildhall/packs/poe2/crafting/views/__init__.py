"""Reads of crafting that several statements or calculations make up."""
