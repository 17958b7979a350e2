"""The source of seeds."""

import secrets

from guildhall.core.draws.luck import SEED_BYTES


class Seeds:
    """Makes seeds that nobody can foretell. Tests hand out their own by a subclass."""

    def new(self) -> bytes:
        """Return a seed."""
        return secrets.token_bytes(SEED_BYTES)
