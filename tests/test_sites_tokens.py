"""Tokens of private sites: signed with the site's secret by HS256, for its key, and soon over."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from ui.sites.tokens import MOST_AHEAD, TokenError, subject

KEY = "byl_" + "k" * 32
SECRET = "s" * 43


def claims(**other: Any) -> dict[str, Any]:
    return {"aud": KEY, "sub": "reader-17", "exp": int(time.time()) + 600, **other}


def signed(secret: str = SECRET, algorithm: str = "HS256", **other: Any) -> str:
    return jwt.encode(claims(**other), secret, algorithm)


def by_hand(header: dict[str, Any], payload: str, secret: bytes | None) -> str:
    """A token as no library would make it."""

    def part(raw: bytes) -> bytes:
        return base64.urlsafe_b64encode(raw).rstrip(b"=")

    head = part(json.dumps(header).encode()) + b"." + part(payload.encode())
    mac = hmac.new(secret, head, hashlib.sha256).digest() if secret is not None else b""
    return (head + b"." + part(mac)).decode()


def refused(token: str) -> str:
    with pytest.raises(TokenError) as error:
        subject(token, secret=SECRET, key=KEY)
    assert SECRET not in str(error.value)
    return str(error.value)


def test_a_good_token_names_its_visitor() -> None:
    assert subject(signed(), secret=SECRET, key=KEY) == "reader-17"
    at_most = int(time.time()) + MOST_AHEAD
    assert subject(signed(exp=at_most), secret=SECRET, key=KEY) == "reader-17"
    mine = by_hand({"alg": "HS256"}, json.dumps(claims()), SECRET.encode())
    assert subject(mine, secret=SECRET, key=KEY) == "reader-17"


def test_a_clock_that_is_a_few_seconds_off_does_no_harm() -> None:
    just_over = int(time.time()) - 4
    assert subject(signed(exp=just_over), secret=SECRET, key=KEY) == "reader-17"
    assert "expired" in refused(signed(exp=just_over - 60))


@pytest.mark.parametrize("alg", ["none", "None", "NONE", ""])
def test_a_token_that_nobody_signed_is_refused(alg: str) -> None:
    refused(by_hand({"alg": alg, "typ": "JWT"}, json.dumps(claims()), None))
    refused(by_hand({"alg": alg, "typ": "JWT"}, json.dumps(claims()), SECRET.encode()))


def test_other_algorithms_are_refused_even_with_the_right_secret() -> None:
    for algorithm in ("HS384", "HS512"):
        assert "HS256" in refused(signed(secret=SECRET * 2, algorithm=algorithm))
        token = jwt.encode(claims(), SECRET * 2, algorithm)
        with pytest.raises(TokenError, match="HS256"):
            subject(token, secret=SECRET * 2, key=KEY)


def test_a_public_key_passed_off_as_a_secret_opens_nothing() -> None:
    """RS256 and HS256 mixed up: the attacker signs with what anybody can read."""
    private = rsa.generate_private_key(65537, 2048)
    public = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    assert "HS256" in refused(jwt.encode(claims(), private, "RS256"))
    refused(by_hand({"alg": "HS256"}, json.dumps(claims()), public))
    refused(by_hand({"alg": "HS256"}, json.dumps(claims()), KEY.encode()))
    jwk = {"kty": "oct", "k": base64.urlsafe_b64encode(b"mine").decode()}
    refused(by_hand({"alg": "HS256", "jwk": jwk, "kid": "../x"}, json.dumps(claims()), b"mine"))


def test_a_token_that_was_changed_is_refused() -> None:
    head, _, tail = signed().split(".")
    other = base64.urlsafe_b64encode(json.dumps(claims(sub="editor")).encode()).rstrip(b"=")
    assert "secret" in refused(f"{head}.{other.decode()}.{tail}")
    refused(signed(secret="t" * 43))


def test_a_token_for_another_site_is_refused() -> None:
    for audience in ("byl_" + "x" * 32, [KEY], [KEY, "byl_x"], KEY[:-1], KEY.upper(), 7, None, ""):
        refused(signed(aud=audience))


@pytest.mark.parametrize("missing", ["exp", "aud", "sub"])
def test_a_token_has_to_say_everything(missing: str) -> None:
    whole = claims()
    del whole[missing]
    assert "aud" in refused(jwt.encode(whole, SECRET, "HS256"))


def test_a_token_that_holds_for_long_is_refused() -> None:
    assert "more than an hour" in refused(signed(exp=int(time.time()) + MOST_AHEAD + 60))


@pytest.mark.parametrize("exp", ["1e999", "-1e999", "NaN", '"soon"', "null", "[]", "true", "1e300"])
def test_an_odd_expiry_is_refused(exp: str) -> None:
    payload = f'{{"aud": "{KEY}", "sub": "x", "exp": {exp}}}'
    refused(by_hand({"alg": "HS256"}, payload, SECRET.encode()))


@pytest.mark.parametrize("sub", ["", 7, None, ["reader"], "x" * 257])
def test_an_odd_subject_is_refused(sub: object) -> None:
    payload = json.dumps(claims(sub=sub))
    refused(by_hand({"alg": "HS256"}, payload, SECRET.encode()))


@pytest.mark.parametrize(
    "token", ["", ".", "..", "...", "a.b.c", "é.é.é", "\x00", "a" * 5_000, "[" * 4_000, "ey.ey.ey"]
)
def test_what_is_no_token_at_all_is_refused(token: str) -> None:
    refused(token)


@pytest.mark.parametrize("payload", ["[]", "7", '"x"', "{", "[" * 2_000, ""])
def test_what_is_signed_but_is_no_object_is_refused(payload: str) -> None:
    refused(by_hand({"alg": "HS256"}, payload, SECRET.encode()))
