"""Why a treasury does not give or take."""

from guildhall.errors import Conflict, GuildhallError
from guildhall.packs.realm.errors.access import Forbidden


class TreasuryTooLow(Conflict):
    """There is less in the treasury than is asked for."""

    code = "realm.treasury_too_low"
    title = "Not enough in the treasury"

    def __init__(self, balance: int) -> None:
        super().__init__(f"There are {balance} copper in the treasury.")


class TreasuryFull(Conflict):
    """No treasury holds that much."""

    code = "realm.treasury_full"
    title = "The treasury is full"

    def __init__(self) -> None:
        super().__init__("No treasury holds that much.")


class TreasuryNotEmpty(Conflict):
    """What the treasury holds would be lost."""

    code = "realm.treasury_not_empty"
    title = "The treasury is not empty"

    def __init__(self, balance: int) -> None:
        super().__init__(f"Withdraw the {balance} copper of the treasury first.")


class DailyLimitReached(Forbidden):
    """The rank may take so much within a day, and no more."""

    code = "realm.daily_limit_reached"
    title = "Daily limit reached"

    def __init__(self, left: int, limit: int) -> None:
        super().__init__(f"Your rank may take {limit} copper within 24 hours; {left} of it are left.")


class NothingMoves(GuildhallError):
    """An amount of nothing changes nothing."""

    status = 422
    code = "realm.nothing_moves"
    title = "Nothing moves"

    def __init__(self) -> None:
        super().__init__("Nothing moves with an amount of 0.")


class KeyReused(Conflict):
    """The key was used before, for something else."""

    code = "realm.key_reused"
    title = "Key used for something else"

    def __init__(self) -> None:
        super().__init__("This key was used before, for something else.")
