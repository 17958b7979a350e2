"""Path of Building codes: both ways, in every spelling, and everything that is none."""

import base64
import contextlib
import random
import tracemalloc
import zlib
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from guildhall.errors import GuildhallError
from guildhall.packs.poe2.codes import errors
from guildhall.packs.poe2.codes.rules.build import (
    Build,
    Config,
    Element,
    Gem,
    Item,
    ItemSet,
    Kept,
    SkillGroup,
    SkillSet,
    Socket,
    Tree,
    digest,
)
from guildhall.packs.poe2.codes.rules.comparison import compare
from guildhall.packs.poe2.codes.rules.reading import read_build
from guildhall.packs.poe2.codes.rules.spelling import packed_of, write_code, xml_of
from guildhall.packs.poe2.codes.rules.writing import write_build
from guildhall.packs.poe2.sandbox import BuildMaker

MOST, MOST_XML = 500_000, 2_500_000
ROOT = '<PathOfBuilding2><Build level="90" className="Monk" ascendClassName="Invoker"/>{}</PathOfBuilding2>'

line = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Z"], exclude_characters="\ufffe\uffff"), max_size=12
)
word = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,8}", fullmatch=True)
unknown = st.dictionaries(word.map("x{}".format), line, max_size=2).map(lambda one: dict(sorted(one.items())))
nodes = st.lists(st.integers(0, 65_535), max_size=8, unique=True).map(sorted)
whole = st.integers(-(10**12), 10**12)
values = st.one_of(whole, st.floats(allow_nan=False, allow_infinity=False), st.sampled_from(["inf", "-inf", "nan"]))
maybe = st.none() | st.integers(0, 99)
flags = st.sampled_from([None, True, False])
elements = st.recursive(
    st.builds(Element, word.map("x{}".format), unknown, line, st.just([])),
    lambda inner: st.builds(Element, word.map("x{}".format), unknown, line, st.lists(inner, max_size=2)),
    max_leaves=4,
)
more = st.lists(elements, max_size=2)
gems = st.builds(
    Gem, line, line, line, line, st.none() | values, st.none() | values, st.none() | whole, flags, unknown, more
)
groups = st.builds(SkillGroup, line, line, flags, flags, st.none() | whole, st.lists(gems, max_size=3), unknown, more)
sockets = st.builds(Socket, st.integers(0, 65_535), st.integers(0, 99), unknown)
trees = st.builds(
    Tree, line, line, maybe, maybe, nodes,
    st.tuples(nodes, nodes).map(lambda pair: list(pair) if any(pair) else []), nodes, nodes, nodes,
    st.lists(sockets, max_size=3).map(lambda all_: sorted(all_, key=lambda one: (one.node, one.item))),
    line, unknown, more,
)  # fmt: skip
named = st.dictionaries(line.filter(bool), values | st.booleans(), max_size=3).map(
    lambda one: dict(sorted(one.items()))
)
items = st.builds(Item, st.integers(0, 99), st.lists(line.filter(bool), max_size=4).map("\n".join), unknown, more)
slots = st.dictionaries(line, st.integers(0, 99), max_size=3).map(lambda one: dict(sorted(one.items())))
builds = st.builds(
    Build,
    line.filter(lambda text: text not in ("", "None", "nil")),
    st.none() | line.filter(lambda text: text not in ("", "None", "nil")),
    st.integers(1, 100),
    maybe,
    st.dictionaries(line, values, max_size=4).map(lambda one: dict(sorted(one.items()))),
    st.lists(trees, max_size=2),
    maybe,
    st.lists(st.builds(SkillSet, st.integers(0, 9), line, st.lists(groups, max_size=3), unknown, more), max_size=2),
    maybe,
    st.lists(items, max_size=3, unique_by=lambda one: one.id).map(lambda all_: sorted(all_, key=lambda one: one.id)),
    st.lists(st.builds(ItemSet, st.integers(0, 9), line, flags, slots, unknown, more), max_size=2),
    maybe,
    st.lists(st.builds(Config, st.integers(0, 9), line, named, named, unknown, more), max_size=2),
    maybe,
    line,
    st.dictionaries(
        st.sampled_from(["Build", "Tree", "Skills", "Items", "Config", "Notes"]),
        st.builds(Kept, unknown, more).filter(lambda one: one.other or one.more), max_size=3,
    ).map(lambda one: dict(sorted(one.items()))),
    more,
)  # fmt: skip


def decoded(code: str) -> Build:
    """The build of a code."""
    return read_build(read_code(code, MOST, MOST_XML))


def encoded(build: Build) -> str:
    """The code of a build."""
    return write_code(write_build(build))


def read_code(code: str, most: int, most_xml: int) -> str:
    """The XML of a code."""
    return xml_of(packed_of(code, most), most_xml)


def packed(xml: str) -> str:
    """The code of any text."""
    return base64.urlsafe_b64encode(zlib.compress(xml.encode())).decode()


@pytest.mark.parametrize("seed", range(25))
def test_a_code_that_was_decoded_and_encoded_is_the_same_build(seed):
    build = decoded(BuildMaker(seed).code())

    assert decoded(encoded(build)) == build
    assert digest(decoded(encoded(build))) == digest(build)


@given(builds)
def test_every_canonical_build_survives_its_code(build):
    assert decoded(encoded(build)) == build


@given(builds)
def test_every_canonical_build_survives_json(build):
    assert msgspec.json.decode(msgspec.json.encode(build), type=Build) == build


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_the_original_does_not_matter(seed):
    maker = BuildMaker(seed)
    code = maker.code()
    xml = read_code(code, MOST, MOST_XML)
    start, middle, rest = xml.partition('nodes="')
    listed, _, rest = rest.partition('"')
    shuffled = listed.split(",")
    random.Random(seed).shuffle(shuffled)

    assert read_build(f'{start}{middle}{",".join(shuffled)}"{rest}') == read_build(xml)


@given(st.integers(0, 10_000), st.integers(1, 80))
def test_a_code_is_read_in_every_spelling(seed, width):
    xml = ROOT.format(f"<Notes>{seed}</Notes>")
    code = packed(xml)
    spellings = [
        code.rstrip("="),
        code.replace("-", "+").replace("_", "/"),
        "\n".join(code[at : at + width] for at in range(0, len(code), width)),
        f"  \t{code}\r\n",
        code.rstrip("=") + "=",
    ]

    assert [read_code(one, MOST, MOST_XML) for one in spellings] == [xml] * len(spellings)


@given(st.data())
def test_a_code_that_is_cut_anywhere_says_so(data):
    code = packed(ROOT.format("<Notes>" + "Some words, some more. " * 20 + "</Notes>")).rstrip("=")
    at = data.draw(st.integers(8, len(code) - 2))

    with pytest.raises(errors.CutOff) as caught:
        read_code(code[:at], MOST, MOST_XML)

    assert f"after {at} characters" in str(caught.value)


@given(st.data())
def test_a_damaged_code_is_refused_or_still_itself(data):
    xml = ROOT.format("<Notes>" + "Some words, some more. " * 20 + "</Notes>")
    raw = bytearray(zlib.compress(xml.encode()))
    at = data.draw(st.integers(0, len(raw) - 1))
    raw[at] ^= data.draw(st.integers(1, 255))
    try:
        found = read_code(base64.urlsafe_b64encode(raw).decode(), MOST, MOST_XML)
    except GuildhallError:
        return
    assert found == xml


@given(st.text(max_size=300) | st.binary(max_size=300).map(lambda raw: base64.b64encode(raw).decode()))
def test_no_text_breaks_the_reading(text):
    with contextlib.suppress(GuildhallError):
        decoded(text)


@given(st.text(max_size=300))
def test_no_xml_breaks_the_reading(text):
    with contextlib.suppress(GuildhallError):
        read_build(ROOT.format(text))


@pytest.mark.parametrize(
    ("text", "error", "says"),
    [
        (" \n\t", errors.EmptyCode, "white space"),
        ("x" * (MOST + 1), errors.CodeTooLong, "500000"),
        ("https://www.pathofexile.com/item-filter/abc", errors.ItemFilterAddress, "item filter"),
        ("https://www.pathofexile.com/passive-skill-tree/AAAABg", errors.PassiveTreeAddress, "passive tree"),
        ("https://pobb.in/abcDEF", errors.SharedAddress, "pobb.in"),
        ("pobb.in/abcDEF", errors.SharedAddress, "pobb.in"),
        ("https://maxroll.gg/poe2/pob/x1", errors.SharedAddress, "maxroll.gg"),
        ("pob2://PoBBin/x1", errors.SharedAddress, "pobb.in"),
        ("https://maxroll.gg/poe2/build-guides/x", errors.UnknownAddress, "maxroll.gg"),
        ("https://builds.example/x", errors.UnknownAddress, "builds.example"),
        ("http://[::1/x", errors.NotACode, "address"),
        ("eNrLSM3JyQcABiwCFQ~~", errors.BadCharacter, "character 19 of the code is '~'"),
        ("eNrL SM3J\u200byQcABiwCFQ", errors.BadCharacter, "U+200B"),
        ("eNrL=SM3JyQcABiwCFQ==", errors.BadCharacter, "character 5"),
        ("eNrLSM3JyQcABiwCFQ===", errors.BadCharacter, "'='"),
        ("abc", errors.NotACode, "too short"),
        ("bm8gcGFja2VkIHRleHQgYXQgYWxs", errors.NotACode, "no packed text"),
        (packed("\udcff".encode("utf-8", "surrogatepass").decode("latin-1")), errors.NotACode, "XML"),
        (packed("<html>"), errors.NotACode, "no XML"),
        (packed("<html/>"), errors.NotACode, "it is a html"),
        (packed("<PathOfBuilding><Build/></PathOfBuilding>"), errors.OtherGame, "Path of Exile 1"),
        (packed("<PathOfBuilding2/>"), errors.BadBuild, "no section Build"),
        (packed(ROOT.format("").replace("90", "0")), errors.BadBuild, "level is 0"),
        (packed(ROOT.format("").replace("90", "ninety")), errors.BadBuild, "'ninety'"),
        (packed(ROOT.format("").replace("Monk", "nil")), errors.BadBuild, "no class"),
        (packed(ROOT.format('<Tree><Spec nodes="1,b"/></Tree>')), errors.BadBuild, "passive nodes"),
        (packed(ROOT.format('<Tree><Spec nodes="-5"/></Tree>')), errors.BadBuild, "-5"),
        (packed(ROOT.format("<a>" * 40 + "</a>" * 40)), errors.BadBuild, "inside each other"),
        (packed(ROOT.format("<a/>" * 200_001)), errors.BadBuild, "elements"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_in_words(text: str, error: type[GuildhallError], says: str):
    with pytest.raises(error) as caught:
        decoded(text)

    assert says in str(caught.value)


def test_declarations_are_refused_before_anything_is_read_of_them():
    declared = '<!DOCTYPE a [<!ENTITY b "c">]>' + ROOT.format("<Notes>plain</Notes>")

    with pytest.raises(errors.NotACode, match="declares"):
        decoded(packed(declared))


def test_bytes_that_are_no_text_are_refused():
    raw = base64.b64encode(zlib.compress(b"<PathOfBuilding2>\xff</PathOfBuilding2>")).decode()

    with pytest.raises(errors.NotACode, match="UTF-8"):
        decoded(raw)


def test_what_follows_the_end_of_a_build_is_refused():
    raw = zlib.compress(ROOT.format("").encode()) + b"more"

    with pytest.raises(errors.NotACode, match="more follows"):
        decoded(base64.b64encode(raw).decode())


def test_a_code_that_unpacks_without_end_is_refused_at_its_limit():
    code = packed(" " * 20_000_000)
    tracemalloc.start()
    try:
        with pytest.raises(errors.BuildTooLarge, match="2500000"):
            read_code(code, MOST, MOST_XML)
        assert tracemalloc.get_traced_memory()[1] < 8_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("size", [3_000_000, 200_000_000])
def test_most_of_a_bomb_is_not_unpacked_to_refuse_it(size):
    code = packed(" " * size)
    tracemalloc.start()
    try:
        with pytest.raises(errors.BuildTooLarge, match="2500000"):
            read_code(code, MOST, MOST_XML)
        assert tracemalloc.get_traced_memory()[1] < MOST_XML // 2 + len(code)
    finally:
        tracemalloc.stop()


def test_a_large_build_of_much_the_same_is_no_bomb():
    xml = ROOT.format(
        "<Notes>" + "".join(f"{number} of the same line of notes\n" for number in range(60_000)) + "</Notes>"
    )
    spaces = ROOT.format("<Notes>" + " " * 2_000_000 + "</Notes>")

    assert len(read_code(packed(xml), MOST, MOST_XML)) == len(xml)
    assert len(read_code(packed(spaces), MOST, MOST_XML)) == len(spaces)


def test_what_is_not_understood_is_kept_where_it_was():
    xml = ROOT.format(
        '<Tree activeSpec="1"><Spec nodes="3,1,2" future="yes"><Overrides>'
        '<AttributeOverride strNodes="2,1"/><Tattoo a="b"/></Overrides>'
        '<Sockets><Socket nodeId="9" itemId="4" fresh="1"/><Odd/></Sockets></Spec></Tree>'
        '<Atlas level="3">text<Map/></Atlas>'
    )
    build = read_build(xml)
    written = write_build(build)

    assert build.trees[0].nodes == [1, 2, 3]
    assert build.trees[0].other == {"future": "yes"}
    assert build.trees[0].strength == [1, 2]
    assert build.sections == [Element("Atlas", {"level": "3"}, "text", [Element("Map")])]
    assert '<Overrides><Tattoo a="b"></Tattoo>' in written.replace("\n", "")
    assert "<Sockets><Odd></Odd>" in written.replace("\n", "")
    assert read_build(written) == build


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ('level="20" quality="nil"', Gem(level=20)),
        ('level="20.5"', Gem(level=20.5)),
        ('level="inf"', Gem(level="inf")),
        ('level="007"', Gem(level="007")),
        ('level="12345678901234567890"', Gem(level=12345678901234567890.0)),
        ('enabled="perhaps"', Gem(other={"enabled": "perhaps"})),
    ],
)
def test_numbers_are_numbers_where_they_can_be(attributes: str, expected: Any):
    xml = ROOT.format(f'<Skills><SkillSet id="1"><Skill><Gem {attributes}/></Skill></SkillSet></Skills>')

    assert read_build(xml).skill_sets[0].groups[0].gems == [expected]


def test_sets_from_before_there_were_sets_are_read():
    xml = ROOT.format('<Skills><Skill label="a"/></Skills><Config><Input name="boss" boolean="true"/></Config>')
    build = read_build(xml)

    assert build.skill_sets == [SkillSet(1, "", [SkillGroup("a")])]
    assert build.configs == [Config(1, "", {"boss": True})]


@given(builds, builds)
def test_builds_are_the_same_or_have_changes(one, other):
    assert bool(compare(one, other)) == (one != other)


def test_elements_are_written_as_deep_as_they_are_read_and_no_deeper():
    def nested(levels: int) -> Element:
        return Element("x", children=[nested(levels - 1)] if levels > 1 else [])

    deepest = Build("Monk", sections=[nested(31)])  # below the root

    assert decoded(encoded(deepest)) == deepest
    with pytest.raises(errors.BadBuild, match="inside each other"):
        write_build(Build("Monk", sections=[nested(32)]))
    with pytest.raises(errors.BadBuild, match="inside each other"):
        write_build(Build("Monk", skill_sets=[SkillSet(1, groups=[SkillGroup(gems=[Gem(more=[nested(28)])])])]))


def test_text_that_a_code_cannot_hold_is_refused():
    with pytest.raises(errors.UnwritableText, match="the notes"):
        write_build(Build("Monk", notes="a\x00b"))
    with pytest.raises(errors.UnwritableText, match="name"):
        write_build(Build("Monk", sections=[Element("a b")]))
