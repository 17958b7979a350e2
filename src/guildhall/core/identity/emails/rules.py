"""Addresses of e-mail."""

import re

from guildhall.core.identity.emails.errors import BadEmail

_ADDRESS = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[a-z0-9-]+(\.[a-z0-9-]+)*")


def normal_email(text: str) -> str:
    """An address as it is stored and compared: in lower case. Raises ValueError for what is none.

    The local part's case would be its owner's to tell apart (RFC 5321, 2.4); nobody does, and two accounts that
    differ by it would be a trap. Domains of other letters come in their ASCII form.
    """
    address = text.strip().lower()
    local, _, domain = address.rpartition("@")
    if not 3 <= len(address) <= 254 or not _ADDRESS.fullmatch(address):
        raise ValueError("no address of e-mail")
    if local.startswith(".") or local.endswith(".") or ".." in local:
        raise ValueError("a dot where none may be")
    if any(not 1 <= len(label) <= 63 or label.startswith("-") or label.endswith("-") for label in domain.split(".")):
        raise ValueError("no domain")
    return address


def address(text: str) -> str:
    """The address that a body says. Raises BadEmail."""
    try:
        return normal_email(text)
    except ValueError as error:
        raise BadEmail from error
