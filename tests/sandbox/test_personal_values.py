"""No personal value survives in a recording, wherever it stands and however it is written there."""

import html
import json
import re
from typing import Any
from urllib.parse import quote, quote_plus

import msgspec
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from yarl import URL

from guildhall.sandbox.errors import Misread
from guildhall.sandbox.recording.folder import file_name, rendered
from guildhall.sandbox.recording.keys import KeyRules, is_secret
from guildhall.sandbox.recording.scrubbing import Fetched, scrub
from guildhall.sandbox.recording.texts import comparable

HOST = "https://api.example.net"
OWN_WORDS = comparable(
    " ".join(
        [HOST, "recording url status headers content-type application/json link etag rel next json lines text omitted",
         "username name wins rows note account_id api user 200 perf blitz player someone guest person null true false",
         "unknown anonymous none null n/a private guest deleted redacted"]
    )
)  # fmt: skip
"""Words of the format and of the answers below, and those that name nobody."""


def fetched(path: str, body: Any, people: tuple[str, ...] = (), **headers: str) -> Fetched:
    kept = {"Content-Type": "application/json", **{name.replace("_", "-"): text for name, text in headers.items()}}
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Fetched(URL(HOST + path, encoded=True), 200, kept, content, people=people)


def written(
    *answers: Fetched, replace: tuple[str, ...] = (), keep: tuple[str, ...] = (), secrets: tuple[str, ...] = ()
) -> str:
    """All bytes that a run would store, as text: names of files and contents."""
    recordings, _ = scrub(answers, KeyRules(replace, keep), secrets)
    return "\n".join(file_name(one).removesuffix(".json") + "\n" + rendered(one).decode() for one in recordings)


def every_percent(text: str) -> str:
    return "".join(f"%{byte:02x}" for byte in text.encode())


def twice(text: str) -> str:
    return quote(quote(text, safe=""), safe="")


def words(text: str) -> str:
    """A text as it is compared, without marks: a person called `"note"` could not be told from a key."""
    return re.sub(r"\W", "", comparable(text))


names = st.text(
    st.characters(
        min_codepoint=33, max_codepoint=0x2FFF, exclude_categories=["Cs", "Cc", "Cn", "Mn", "Mc", "Me", "Zl", "Zp"]
    ),
    min_size=4, max_size=20,
).filter(lambda text: len(comparable(text).strip()) >= 4 and words(text) not in words(OWN_WORDS)
         and text.strip("0123456789.-+") != "")  # fmt: skip
numbers = st.integers(10**6, 2**53)


@settings(max_examples=150)
@given(names, numbers)
def test_no_name_and_no_id_survives_in_any_byte(name, number):
    assume("\\" not in name)
    address = f"/api/user/{quote(name, safe='')}"
    answers = (
        fetched(
            f"{address}?perf=blitz&about={quote_plus(name)}",
            {
                "username": name, "account_id": number, name: {"wins": 1}, "raw": json.dumps({"x": name, "n": number}),
                "rows": [[{"note": f"beaten by {name}!"}], {str(number): 2}],
                "url": f"{HOST}{address}", "next": f"{HOST}/?u={every_percent(name)}",
                "html": f"<b>{html.escape(name)}</b>", "again": f"/go?to={twice(name)}", "upper": name.upper(),
            },
            Link=f"<{HOST}{address}?page=2>; rel=next", ETag=f'"{number}"', X_Other=name, Set_Cookie=name,
        ),
        fetched(f"/api/by/{number}", {"note": name, "list": [number, -number]}),
        fetched("/page", json.dumps(name).encode() + f" {name} {number}".encode(), Content_Type="text/plain"),
    )  # fmt: skip

    text = written(*answers)

    assert comparable(name).strip() not in comparable(text)
    assert name not in text
    assert quote(name, safe="") not in text
    assert every_percent(name) not in text
    assert str(number) not in text


@settings(max_examples=60)
@given(st.lists(names, min_size=2, max_size=6, unique_by=lambda name: comparable(name).strip()))
def test_each_name_has_one_replacement_and_no_two_share_it(people):
    answer = fetched("/api/all", {"rows": [{"username": name} for name in people], "wins": people})

    (recording,), _ = scrub([answer], KeyRules())

    replaced = [row["username"].lower() for row in recording.json["rows"]]
    assert len(set(replaced)) == len(people)
    for name, new in zip(people, replaced, strict=True):
        # A name that contains another one is replaced for itself where it stands whole.
        assert new == recording.json["wins"][people.index(name)].lower()
    assert written(answer) == written(answer)


@settings(max_examples=60)
@given(
    st.dictionaries(
        st.sampled_from(["rating", "title", "wins", "perf", "hero"]),
        st.none()
        | st.booleans()
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.sampled_from(["blitz", "gold"])
        | st.integers(-(2**63), 2**63 - 1),
    )
)
def test_what_is_not_personal_stays_as_it_was(body):
    (recording,), replaced = scrub([fetched("/api/x", body)], KeyRules())

    assert msgspec.json.decode(rendered(recording))["json"] == body
    assert replaced.shown() == []


def one(body: Any, **options: Any) -> Any:
    (recording,), _ = scrub([fetched("/x", body)], KeyRules(**options))
    return recording.json


def test_replacements_look_like_what_they_replace():
    body = {
        "username": "Drachenlord", "userId": "drachenlord", "email": "real.person@mail.example.net",
        "ip": "93.184.216.34",
        "steamid64": "76561198000000001", "account_id": 101695162, "puuid": "6a1f2b3c-1111-2222-3333-444455556666",
        "birthday": "1990-05-17", "phone": "+49 30 1234567", "avatar": "https://cdn.example.net/a/0af3.png",
        "access_token": "abcdefgh12345678", "bio": "I live in a house.", "deviceId": "0123456789abcdef0123",
        "lastIp": "2a00:1450:4001:81b::200e", "anonymous": None, "nickname": "Anonymous",
    }  # fmt: skip

    assert one(body) == {
        "username": "Player1", "userId": "player1", "email": "player1@example.com", "ip": "192.0.2.1",
        "steamid64": "10000000000000001", "account_id": 100000001, "puuid": "00000000-0000-4000-8000-000000000001",
        "birthday": "2000-01-02", "phone": "+15550100001", "avatar": "https://images.example.com/1.png",
        "access_token": "token-1", "bio": "Replaced text 1.", "deviceId": "00000000000000000001",
        "lastIp": "2001:db8::1", "anonymous": None, "nickname": "Anonymous",
    }  # fmt: skip


def test_a_name_is_personal_only_in_an_object_about_a_person():
    assert one({"hero": {"name": "Axe", "id": 2}, "player": {"name": "Nadja K", "id": 7}, "wins": 7}) == {
        "hero": {"name": "Axe", "id": 2},
        "player": {"name": "Player1", "id": 2},
        "wins": 7,
    }


def test_keys_can_be_replaced_and_kept_by_option():
    body = {"clan": {"motto": "Ehre", "size": 12}, "username": "Nadja", "members": {"Karl": {"wins": 1}, "Rosa": 2}}

    assert one(body) == {**body, "username": "Player1"}
    assert one(body, replace=("clan", "members.*"), keep=("username", "size")) == {
        "clan": {"motto": "Player1", "size": 12},
        "username": "Nadja",
        "members": {"Player2": {"wins": 1}, "Player3": 2},
    }


def test_mail_addresses_networks_and_tokens_are_found_by_their_look():
    text = (
        "write to karl@mail.example.net or karl%40mail.example.net from 93.184.216.34, 127.0.0.1 or 2a00:1450:4001::e;"
        " Bearer abcdefgh12345678 ?access_token=geheim123&user_id=8812345 eyJhbGciOiJIUzI1.eyJzdWIiOiIxMjM0.c2ln"
    )
    body = one({"log": text, "version": "7.36.0.1", "at": "12:30:45"})

    for personal in ("karl", "93.184", "2a00", "abcdefgh", "geheim", "8812345", "eyJ"):
        assert personal not in body["log"]
    assert "127.0.0.1" in body["log"]
    assert (body["version"], body["at"]) == ("7.36.0.1", "12:30:45")


def test_what_was_sent_in_secret_is_never_stored():
    answer = fetched(
        "/x?api_key=S3cretKey&page=1", {"echo": "you sent S3cretKey and Other-Secret"}, Link="</x?api_key=S3cretKey>"
    )

    text = written(answer, secrets=("Other-Secret", "S3cretKey"))

    assert "ecret" not in text
    assert f'"url": "{HOST}/x?page=1"' in text


def test_a_person_of_the_address_is_one_in_the_answers():
    text = written(fetched("/user/nadja", {"error": "No Nadja here"}, people=("nadja",)))

    assert "nadja" not in text.lower()
    assert "/user/player1" in text


def test_names_as_short_as_a_letter_are_replaced_where_they_stand_alone():
    body = one({"username": "Jo", "rows": ["Jo won", "Johanna", "by jo."], "url": "/user/jo", "id": 7})

    assert body == {
        "username": "Player1", "rows": ["Player1 won", "Johanna", "by player1."], "url": "/user/player1", "id": 2,
    }  # fmt: skip


def test_a_short_name_destroys_no_key_and_a_town_is_replaced_in_its_place():
    body = one(
        {
            "rows": [{"id": {"of_id": "the id"}}], "username": "Id", "player": {"city": "Rome", "name": "Nadja"},
            "cup": "Rome Open",
        }
    )  # fmt: skip

    assert body == {
        "rows": [{"id": {"of_id": "the player1"}}], "username": "Player1",
        "player": {"city": "Player2", "name": "Player3"}, "cup": "Rome Open",
    }  # fmt: skip


def test_long_numbers_are_replaced_as_a_whole_alone():
    assert one({"user_id": 123456, "at": 1234567, "text": "123456 of 91234569", "list": [123456]}) == {
        "user_id": 100001, "at": 1234567, "text": "100001 of 91234569", "list": [100001],
    }  # fmt: skip


def test_a_replacement_contains_no_personal_value():
    names = ["Player", "Some", "Gues", "example", "Person", "player1"]
    body = one({"rows": [{"username": name, "email": f"{name}@mail.example.net"} for name in names]})

    text = json.dumps(body).lower()
    assert not any(name.lower() in text.replace('"username"', "") for name in names)


def test_bodies_of_other_kinds():
    answers = [
        fetched("/lines", b'{"username": "Nadja"}\n\n{"username": "Karl"}\n', Content_Type="application/x-ndjson"),
        fetched("/binary", b"\x00\xffNadja", Content_Type="image/png"),
        fetched("/empty", b"", Content_Type="application/json"),
        fetched("/broken", b'{"username": "Nadja", ', Content_Type="application/json"),
        fetched("/html", b"<p>Nadja</p>", Content_Type="text/html"),
    ]

    recordings, _ = scrub(answers, KeyRules())

    assert recordings[0].lines == [{"username": "Player1"}, {"username": "Player2"}]
    assert recordings[1].body == bytes(7)
    assert recordings[2].body == b""
    assert recordings[3].text == '{"username": "Player1", '
    assert recordings[4].text == "<p>Player1</p>"


@pytest.mark.parametrize(
    "text",
    [
        "<player><username>Nadja</username></player>", '<user login="x" Nickname = "Nadja"/>',
        "username=Nadja&rating=7",
        '{"username": "Nadja", ', "rating=7&displayName=Nadja", "<realName lang='de'> Nadja </realName>",
    ],
)  # fmt: skip
def test_a_key_tells_in_a_body_that_is_no_json(text):
    (recording,), _ = scrub([fetched("/x", text.encode(), Content_Type="text/xml")], KeyRules())

    assert b"Nadja" not in recording.body
    assert b"Player" in recording.body


def test_a_name_of_marks_alone_is_replaced_under_its_key():
    assert one({"username": "___", "rows": ["___", "a___b"]}) == {"username": "player1", "rows": ["player1", "a___b"]}


def test_keys_whose_texts_were_kept_are_told():
    _, replacements = scrub([fetched("/x", {"username": "Nadja", "title": "GM", "n": 1, "of": ["x"]})], KeyRules())

    assert replacements.kept_keys == ["of", "title"]


@settings(max_examples=60)
@given(
    st.text("abcdefghijklmnopqrstuvwxyzABC_-", min_size=1, max_size=12).filter(lambda key: key.strip("_-")),
    st.recursive(names | numbers, lambda inner: st.lists(inner, min_size=1, max_size=3)
                 | st.dictionaries(st.just("wins"), inner, min_size=1), max_leaves=5),
)  # fmt: skip
def test_nothing_under_a_key_to_replace_survives(key, value):
    def leaves(one: Any) -> list[Any]:
        inner = one.values() if isinstance(one, dict) else one
        return [one] if isinstance(one, str | int) else [leaf for part in inner for leaf in leaves(part)]

    assume(all(comparable(str(leaf)).strip() not in comparable(key) for leaf in leaves(value)))
    recordings, _ = scrub([fetched("/x", {"rows": [{key: value}], "note": value})], KeyRules((key,)))

    text = rendered(recordings[0]).decode()
    for leaf in leaves(value):
        stored = re.escape(json.dumps(leaf, ensure_ascii=False).strip('"'))
        assert not re.search(rf"(?<!\d){stored}(?!\d)" if isinstance(leaf, int) else stored, text)


def test_only_headers_that_matter_are_kept():
    kept = {
        "ETag": '"1"', "Cache-Control": "max-age=60", "Expires": "x", "Last-Modified": "x", "Date": "x",
        "Retry-After": "5",
        "X-RateLimit-Remaining": "3", "RateLimit-Policy": "1;w=1", "X-Rate-Limit-Remaining-Minute": "9",
        "X-ESI-Error-Limit-Remain": "99", "Link": "</x>; rel=next", "X-Pages": "3", "Vary": "Accept",
    }  # fmt: skip
    dropped = {
        "Set-Cookie": "a=b", "Authorization": "x", "X-IP-Address": "1.2.3.4", "Server": "nginx", "CF-RAY": "x",
        "Via": "x",
        "X-Forwarded-For": "1.2.3.4", "WWW-Authenticate": "x", "Content-Length": "2", "X-Request-Id": "x",
    }  # fmt: skip
    answer = Fetched(URL(f"{HOST}/x"), 200, {"Content-Type": "application/json", **kept, **dropped}, b"{}")

    (recording,), _ = scrub([answer], KeyRules())

    assert recording.headers == {"content-type": "application/json"} | {
        name.lower(): text for name, text in kept.items()
    }


def test_a_redirection_elsewhere_does_not_name_the_host():
    answers = [
        Fetched(URL(f"{HOST}/a"), 302, {"Location": "https://sso.example.org/login?state=abc"}, b""),
        Fetched(URL(f"{HOST}/b"), 302, {"Location": f"{HOST}/user/nadja"}, b"", people=("nadja",)),
    ]

    first, second = scrub(answers, KeyRules())[0]

    assert first.headers["location"] == "https://elsewhere.invalid/login"
    assert second.headers["location"] == f"{HOST}/user/player1"


def test_an_answer_that_is_nested_without_end_is_refused():
    with pytest.raises(Misread, match="too deeply"):
        scrub([fetched("/x", b"[" * 300 + b"]" * 300)], KeyRules())


def test_secret_parameters_are_known_in_any_spelling():
    assert all(map(is_secret, ("api_key", "apiKey", "API-Key", "access_token", "key", "sig")))
    assert not any(map(is_secret, ("page", "monkey", "keyboard", "design")))
