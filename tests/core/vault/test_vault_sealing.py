"""What the vault seals: its form, who opens it, and who never sees it."""

import base64
import copy
import logging
import pickle
import time
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guildhall.core.vault.errors import SealBroken
from guildhall.core.vault.schemas import SealedColumn, Secret
from guildhall.core.vault.settings import VaultSettings
from guildhall.core.vault.vault import Key, Vault
from guildhall.errors import Misconfigured
from tests.logs import captured_logs

TOKENS = SealedColumn("eve.characters", "access_token")
OTHERS = SealedColumn("eve.characters", "refresh_token")


def settings_of(**values: Any) -> VaultSettings:
    """Settings that owe nothing to a file."""
    return VaultSettings(**{"_env_file": None, **values})


def vault_of(key="the first key of the tests", *old: str):
    return Vault(settings_of(encryption_key=key, encryption_old_keys=list(old)))


VAULT = vault_of()
VAULT.seal(TOKENS, 0, "the first seal of a process loads the cipher and derives the key: no example has to wait for it")
texts = st.text(max_size=300)


@given(texts, st.uuids())
def test_what_is_sealed_opens_in_its_place_alone(text, row):
    sealed = VAULT.seal(TOKENS, row, text)

    assert VAULT.open(TOKENS, row, sealed).reveal() == text
    for column, other in ((OTHERS, row), (TOKENS, "another row")):
        with pytest.raises(SealBroken):
            VAULT.open(column, other, sealed)


@given(texts)
def test_the_form_is_exactly_iv_tag_and_data(text):
    parts = VAULT.seal(TOKENS, 1, text).split(":")

    iv, tag, data = (base64.b64decode(part, validate=True) for part in parts)
    assert (len(iv), len(tag), len(data)) == (16, 16, len(text.encode()))


def test_no_two_seals_are_alike():
    assert len({VAULT.seal(TOKENS, 1, "the same") for _ in range(1000)}) == 1000


@given(st.integers(0, 10_000), st.integers(1, 255))
def test_a_changed_seal_does_not_open(place, change):
    parts = [bytearray(base64.b64decode(part)) for part in VAULT.seal(TOKENS, 1, "a token of the tests").split(":")]
    changed = parts[place % 3]
    changed[place % len(changed)] ^= change

    with pytest.raises(SealBroken):
        VAULT.open(TOKENS, 1, ":".join(base64.b64encode(part).decode() for part in parts))


@given(st.one_of(st.text(max_size=120), st.from_regex(r"[A-Za-z0-9+/=]{0,24}(:[A-Za-z0-9+/=]{0,24}){0,4}")))
@settings(max_examples=300)
def test_whatever_is_no_seal_is_told_as_broken(text):
    with pytest.raises(SealBroken):
        VAULT.open(TOKENS, 1, text)


def test_an_old_key_still_opens_and_new_seals_are_the_new_key_s():
    sealed = VAULT.seal(TOKENS, 1, "token")
    rotated = vault_of("the second key of the tests", "the first key of the tests")

    secret, present = rotated.open_with_age(TOKENS, 1, sealed)
    assert (secret.reveal(), present) == ("token", False)
    again = rotated.seal(TOKENS, 1, "token")
    assert rotated.open_with_age(TOKENS, 1, again)[1]
    with pytest.raises(SealBroken):
        VAULT.open(TOKENS, 1, again)
    assert rotated.fingerprint != VAULT.fingerprint == vault_of().fingerprint


def test_without_a_key_there_is_no_vault():
    with pytest.raises(Misconfigured, match="GUILDHALL_ENCRYPTION_KEY"):
        Vault(settings_of())


def test_a_broken_seal_is_loud_and_shows_nothing_of_it():
    sealed = VAULT.seal(TOKENS, 7, "token")
    with captured_logs() as logged, pytest.raises(SealBroken) as error:
        VAULT.open(TOKENS, 8, sealed)

    assert [(line["event"], line["log_level"], line["row"]) for line in logged] == [("seal_broken", "error", "8")]
    assert sealed.split(":")[2] not in f"{logged}{error.value}"


@pytest.mark.parametrize(
    "show",
    [repr, str, lambda s: f"{s}", lambda s: f"{s:>40}", "%s".__mod__, lambda s: str([s]), lambda s: str({"token": s})],
)
def test_a_secret_is_not_shown(show):
    assert "plain text" not in show(Secret("the plain text"))


@pytest.mark.parametrize("spread", [msgspec.json.encode, msgspec.to_builtins, pickle.dumps, copy.copy, copy.deepcopy])
def test_a_secret_goes_nowhere(spread):
    with pytest.raises(TypeError):
        spread(Secret("the plain text"))


@pytest.mark.parametrize("made", [Key("a key of the tests"), VAULT])
def test_keys_are_not_shown(made):
    assert "key of the tests" not in repr(made)
    with pytest.raises(TypeError):
        pickle.dumps(made)


def test_a_secret_in_a_log_line_is_not_shown(caplog):
    with caplog.at_level(logging.INFO):
        logging.getLogger("test").info("kept %s", Secret("the plain text"))

    assert "plain text" not in caplog.text


def test_the_key_is_derived_once():
    vault = vault_of("a key that nobody has used yet")
    vault.seal(TOKENS, 1, "token")

    began = time.perf_counter()
    for _ in range(100):
        vault.open(TOKENS, 1, vault.seal(TOKENS, 1, "token"))
    assert time.perf_counter() - began < 1  # deriving it 200 times would take 10 s
