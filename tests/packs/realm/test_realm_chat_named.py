"""What the terminal client takes for the name of a server or a channel."""

from uuid import UUID

import pytest
from msgspec import Struct

from guildhall.packs.realm.terminal.errors import NotThere
from guildhall.packs.realm.terminal.named import the_one


class Place(Struct, frozen=True):
    """Something with an id and a name."""

    id: UUID
    name: str


ASHVALE = Place(UUID("01a00000-0000-7000-8000-000000000001"), "Ashvale")
MILLBROOK = Place(UUID("01a00000-0000-7000-8000-000000000002"), "Millbrook")
DEAD = Place(UUID("01b00000-0000-7000-8000-000000000003"), "01a0")
PLACES = [ASHVALE, MILLBROOK, DEAD]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("ashvale", ASHVALE),
        ("MILLBROOK", MILLBROOK),
        (str(MILLBROOK.id), MILLBROOK),
        (ASHVALE.id.hex, ASHVALE),
        ("01b0", DEAD),
        ("01a0", DEAD),
    ],
)
def test_a_name_comes_before_an_id_and_the_beginning_of_an_id_is_enough(text, meant):
    assert the_one("server", text, PLACES) is meant


@pytest.mark.parametrize("text", ["", "Ash", "01a", "01c0", "%"])
def test_what_nothing_is_called_is_refused_with_all_names(text):
    with pytest.raises(NotThere, match="Ashvale, Millbrook, 01a0"):
        the_one("server", text, PLACES)


def test_a_beginning_of_several_ids_is_refused():
    with pytest.raises(NotThere, match="several servers"):
        the_one("server", "01a00", PLACES)
