"""Mails from strangers: whatever they write, what comes out is harmless."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guildhall.packs.eve.mails.rules import DEEPEST, LONGEST, plain_text, sanitised

ALLOWED = {"br", "a", "b", "i", "u", "strong", "em"}
PIECES = st.sampled_from(
    [
        "<script>", "</script>", "<a href=", '"javascript:alert(1)"', "'showinfo:1377//2112000000'", ">", "<", "</a>",
        '"http://x.y/?a=1&b"', "<b>", "</b>", "<i", " onclick=alert(1)", "<img src=x onerror=alert(1)>", "<!--", "-->",
        "<![CDATA[", "]]>", "&lt;script&gt;", "&#60;b&#62;", "<br>", "<BR/>", "</font>", "<svg/onload=alert(1)>",
        '<font size="12" color="#bfffffff">', "<math><mtext>", "<style>*{}</style>", "<iframe srcdoc='<script>'>",
        "<textarea>", "</textarea>", "<?php", "\x00", '"', "'", "`", "=", "/", "<a href='java\nscript:x'>", "<title>",
        "<plaintext>", "<xmp>", "\u2028",
    ]
)  # fmt: skip
BODIES = st.one_of(st.text(max_size=200), st.lists(st.one_of(PIECES, st.text(max_size=8)), max_size=30).map("".join))


class Strict(HTMLParser):
    """Reads HTML and remembers every tag and attribute."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.others: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_comment(self, data):
        self.others.append(data)

    def handle_decl(self, decl):
        self.others.append(decl)

    def handle_pi(self, data):
        self.others.append(data)

    def unknown_decl(self, data):
        self.others.append(data)


@given(BODIES)
def test_only_allowed_elements_come_out_and_nest(body):
    found = Strict()
    found.feed(sanitised(body))
    found.close()

    assert not found.others
    assert not found.open
    for tag, attributes in found.tags:
        assert tag in ALLOWED
        if tag == "a":
            assert set(attributes) == {"href", "rel"}
            assert re.match(r"(https?://|showinfo:\d)", attributes["href"] or "")
        else:
            assert not attributes


@given(BODIES)
def test_what_was_made_harmless_stays_as_it_is(body):
    once = sanitised(body)
    assert sanitised(once[:LONGEST]) == once or len(once) > LONGEST


@given(BODIES)
def test_plain_text_has_the_words_of_the_html(body):
    class Words(HTMLParser):
        words = ""

        def handle_data(self, data):
            self.words += data

    reader = Words(convert_charrefs=True)
    reader.feed(sanitised(body))
    reader.close()
    assert "".join(reader.words.split()) == "".join(plain_text(body).split())


@pytest.mark.parametrize(
    ("body", "html", "text"),
    [
        ('<font size="12" color="#bfffffff">Fly safe<br>o7</font>', "Fly safe<br>o7", "Fly safe\no7"),
        (
            '<a href="showinfo:1377//2112000042">Mirelle</a>',
            '<a href="showinfo:1377//2112000042" rel="noopener noreferrer nofollow">Mirelle</a>',
            "Mirelle",
        ),
        ('<a href="javascript:alert(1)">x</a>', "x", "x"),
        ("<script>alert(1)</script>after", "after", "after"),
        ("<b>unclosed <i>both", "<b>unclosed <i>both</i></b>", "unclosed both"),
        ("1 < 2 & 3 > 2", "1 &lt; 2 &amp; 3 &gt; 2", "1 < 2 & 3 > 2"),
    ],
)
def test_known_bodies(body, html, text):
    assert sanitised(body) == html
    assert plain_text(body) == text


def test_depth_and_length_are_bounded():
    assert sanitised("<b>" * 10_000).count("<b>") == DEEPEST
    assert len(sanitised("x" * 1_000_000)) == LONGEST
