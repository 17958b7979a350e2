"""Ids of the game, as paths and commands write them."""


def game_number(text: str) -> int | None:
    """The number that a text writes in digits, or None for what is no id of the game."""
    if not (text.isascii() and text.isdigit() and len(text) <= 18) or text.startswith("0"):
        return None
    return int(text)
