#!/usr/bin/env bash
# joserfc 1.8.0: a correctly signed JWT whose header has one parameter that joserfc does not know is refused.
#
# RFC 7515, 4: a recipient ignores header parameters that it does not understand, unless `crit` lists them; section
# 4.3 allows private ones. Providers of sign-in do add them. joserfc's default registry raises UnsupportedHeaderError
# before the claims are read, so the token of such a provider looks like a forged one.
# Expected: the claims, since the signature holds and `crit` is absent.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check joserfc==1.8.0
"$folder/venv/bin/python" - <<'PY'
import base64, hashlib, hmac, json, sys
from joserfc import jwt
from joserfc.jwk import OctKey
from joserfc.jws import JWSRegistry

SECRET = b"a key that signs examples and nothing else"

def part(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()

def signed(header: dict[str, str]) -> str:
    text = part(json.dumps(header).encode()) + "." + part(b'{"sub":"1"}')
    return text + "." + part(hmac.new(SECRET, text.encode(), hashlib.sha256).digest())

key, seen = OctKey.import_key(SECRET), []
lenient = JWSRegistry(algorithms=["HS256"], strict_check_header=False)
for name, header, options in [
    ("plain", {"alg": "HS256"}, {"algorithms": ["HS256"]}),
    ("private parameter", {"alg": "HS256", "org": "example"}, {"algorithms": ["HS256"]}),
    ("the same, not strict", {"alg": "HS256", "org": "example"}, {"registry": lenient}),
]:
    try:
        outcome = str(jwt.decode(signed(header), key, **options).claims)
    except Exception as error:
        outcome = f"{type(error).__name__}: {error}"
    seen.append(outcome)
    print(f"{name:21} {outcome}")
if seen[0] != seen[2] or not seen[1].startswith("UnsupportedHeaderError"):
    sys.exit("this has changed")
PY
# Seen:
#   plain                 {'sub': '1'}
#   private parameter     UnsupportedHeaderError: unsupported_header: Unsupported {'org'} in header
#   the same, not strict  {'sub': '1'}
