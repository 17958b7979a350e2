"""The rule against passwords that are easy to guess."""

SHORTEST, LONGEST = 10, 256
"""Characters (NIST SP 800-63B, 5.1.1.2: length counts, composition rules do not help)."""

_COMMON = frozenset(
    """
    1234567890 0123456789 12345678910 123456789a 1234567891 0987654321 9876543210 1111111111 0000000000 123123123123
    1q2w3e4r5t 1qaz2wsx3edc 1q2w3e4r5t6y q1w2e3r4t5 qwertyuiop qwerty12345 qwerty123456 qwerty1234 qwertyuiop123
    asdfghjkl1 asdfghjkl123 zxcvbnm123 password12 password123 password1234 password12345 passw0rd123 p@ssword123
    p@ssw0rd123 password01 password!1 mypassword mypassword1 changeme123 letmein123 letmein1234 welcome123 welcome1234
    admin12345 admin123456 administrator iloveyou12 iloveyou123 iloveyou1234 sunshine123 princess123 football123
    baseball123 basketball superman123 batman12345 dragon12345 monkey12345 starwars123 pokemon123 minecraft1
    minecraft123 abc1234567 abcd123456 abcdefghij abcd1234567 a123456789 aa123456789 aaaaaaaaaa 1234512345 1122334455
    123456123456 147258369a 7777777777 qazwsxedc1 qazwsxedc123 trustno1234 test123456 testtest123 michael123
    jennifer123 liverpool1 chelsea123 manchester1 leagueoflegends worldofwarcraft counterstrike eveonline123
    """.split()  # noqa: SIM905 (a hundred quoted lines tell nobody more)
)


def weakness(password: str, email: str | None) -> str | None:
    """Return the reason for refusing a password, in words for the person; None if it is accepted."""
    if not SHORTEST <= len(password) <= LONGEST:
        return f"A password has {SHORTEST} to {LONGEST} characters."
    plain = password.casefold()
    if len(set(plain)) < 4 or plain in _COMMON:
        return "This password is among the first that anybody would try."
    if email is not None and plain in (email, email.partition("@")[0], email.rpartition("@")[2]):
        return "The password must not be the e-mail address."
    return None
