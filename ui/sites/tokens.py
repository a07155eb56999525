"""The tokens of private sites: who a visitor is, signed by the site's own server.

JSON Web Tokens (RFC 7519) signed with HMAC-SHA256 and the site's secret, and
with nothing else whatever a token says of itself (RFC 8725, 3.1).

    jwt.encode({"aud": KEY, "sub": "reader-17", "exp": time.time() + 600}, SECRET, "HS256")
"""

from __future__ import annotations

import time

import jwt

from ui.sites.errors import SiteError

MOST_AHEAD = 3_600  # seconds: a token that leaks is worth nothing an hour later
_LEEWAY = 10  # seconds that two servers' clocks may differ
_LONGEST = 4_096  # characters, of which a token of ours has 200
_LONGEST_SUBJECT = 256  # characters


class TokenError(SiteError):
    """A token is not accepted. The message is for whoever writes the site's server."""


def subject(token: str, *, secret: str, key: str) -> str:
    """Whom a token names. Raises TokenError unless it is signed for this key and holds now."""
    if len(token) > _LONGEST:
        raise TokenError(f"The token is longer than {_LONGEST:,} characters.")
    try:
        claims = jwt.decode(
            token,
            secret.encode(),
            algorithms=["HS256"],
            audience=key,
            leeway=_LEEWAY,
            options={"require": ["exp", "aud", "sub"], "strict_aud": True},
        )
    except jwt.ExpiredSignatureError as error:
        raise TokenError("The token has expired. Have the site's server sign a new one.") from error
    except jwt.MissingRequiredClaimError as error:
        raise TokenError("The token needs aud (the site's key), sub and exp.") from error
    except jwt.InvalidAudienceError as error:
        raise TokenError("The token's aud is not the key that it came with.") from error
    except jwt.InvalidAlgorithmError as error:
        raise TokenError("The token has to be signed with HS256.") from error
    except (jwt.InvalidTokenError, ValueError) as error:
        raise TokenError("The token is not signed with the site's secret, or damaged.") from error
    if int(claims["exp"]) > time.time() + MOST_AHEAD + _LEEWAY:
        raise TokenError("The token holds for more than an hour. Sign it for less.")
    who: str = claims["sub"]
    if not 0 < len(who) <= _LONGEST_SUBJECT:
        raise TokenError(f"The token's sub has to have 1 to {_LONGEST_SUBJECT} characters.")
    return who
