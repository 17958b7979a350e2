"""Logins of the working roles: their URLs and their passwords."""

import base64
import hashlib
import hmac
import os
import secrets
from pathlib import Path
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from guildhall.db.policies import APP, JOBS, READONLY

WORKING = (APP, JOBS, READONLY)
"""The roles that processes and people log in as; none of them owns anything."""


def login_url(url: str, role: str) -> str:
    """The URL with which `role` logs in at the server of another's URL.

    A password is kept only where it is that role's own; else it comes from the password file, as libpq has it.
    """
    parts = urlsplit(url)
    user, _, hosts = parts.netloc.rpartition("@")
    name = user.partition(":")[0]
    query = parse_qsl(parts.query, keep_blank_values=True)
    if (name or dict(query).get("user")) == role:
        return url
    kept = [(key, value) for key, value in query if key not in ("user", "password")]
    return urlunsplit(parts._replace(netloc=f"{role}@{hosts}", query=urlencode(kept, safe="/", quote_via=quote)))


def password_file(url: str) -> str | None:
    """The password file that a URL names."""
    return dict(parse_qsl(urlsplit(url).query)).get("passfile")


def password() -> str:
    """A new password: 256 random bits in letters that need no quoting anywhere."""
    return secrets.token_hex(32)


def verifier(words: str) -> str:
    """Return the server's verifier of a password made by `password` (SCRAM-SHA-256, RFC 5803).

    One iteration is enough for 256 random bits, and a connection is not made slower by 4,096.
    """
    salt = os.urandom(16)
    salted = hashlib.pbkdf2_hmac("sha256", words.encode(), salt, 1)
    stored = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server = hmac.digest(salted, b"Server Key", "sha256")
    text = [base64.b64encode(part).decode() for part in (salt, stored, server)]
    return f"SCRAM-SHA-256$1:{text[0]}${text[1]}:{text[2]}"


def set_passwords(passwords: dict[str, str]) -> str:
    """SQL that gives roles their passwords and lets them log in, making those of WORKING that are missing."""
    steps = [
        f"""
        do $$ begin
            create role {role} noinherit nosuperuser nocreatedb nocreaterole nobypassrls;
        exception when duplicate_object or unique_violation then null;
        end $$;
        """
        for role in passwords
        if role in WORKING
    ]
    steps += [f"alter role {role} login password '{verifier(words)}';" for role, words in passwords.items()]
    return "\n".join(steps)


def write_passwords(path: Path, passwords: dict[str, str]) -> None:
    """Write a password file in libpq's form that only this user reads; an older one is replaced as a whole."""
    new = path.with_name(f"{path.name}.{os.getpid()}")
    with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.writelines(f"*:*:*:{role}:{words}\n" for role, words in passwords.items())
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
