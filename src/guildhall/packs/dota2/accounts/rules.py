"""Steam account ids in their two forms, the 32-bit account id and the 64-bit Steam id."""

from typing import NewType

AccountId = NewType("AccountId", int)

STEAM64_OFFSET = 76561197960265728
"""The Steam id of an individual in the public universe is this number plus the account id."""

ANONYMOUS_ACCOUNT_ID = 4294967295
"""The id that Valve's API gives for a player who hides their matches; it names nobody."""

# The widest unsigned 64-bit number has 20 digits. The bound also keeps int() away from text that costs
# quadratic time to convert.
_MAX_DIGITS = 20


def parse_account_id(text: str) -> AccountId:
    """Read an account id from either form, as people paste both.

    Accepts 1 to 20 ASCII decimal digits and nothing around them; leading zeros do not change the number.
    Returns the 32-bit account id, between 1 and 4294967294. The conversion stays in integers, because a
    64-bit Steam id does not fit a double: OpenDota itself loses its last digits and answers 404.

    Raises ValueError for any other text, for the anonymous placeholder, and for numbers that are the id of
    no individual.
    """
    if not (text.isascii() and text.isdigit()):
        raise ValueError("an account id is written in decimal digits only")
    if len(text) > _MAX_DIGITS:
        raise ValueError(f"an account id has at most {_MAX_DIGITS} digits")
    number = int(text)
    if number < STEAM64_OFFSET:
        account_id, form = number, "account id"
    else:
        account_id, form = number - STEAM64_OFFSET, "Steam id"
    if account_id == 0:
        raise ValueError(f"{form} {number} belongs to no account")
    if account_id == ANONYMOUS_ACCOUNT_ID:
        raise ValueError(f"{form} {number} stands for every anonymous player and names none")
    if account_id > ANONYMOUS_ACCOUNT_ID:
        raise ValueError(f"{number} is neither a 32-bit account id nor the Steam id of an individual")
    return AccountId(account_id)
