"""How the vault can fail."""

from guildhall.errors import GuildhallError


class SealBroken(GuildhallError):
    """No key opens this seal here: a key is missing, or the text was changed or moved. The row is left as it is."""

    status = 500
    code = "vault.seal_broken"
    title = "A stored secret cannot be opened"
