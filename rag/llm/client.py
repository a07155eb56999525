"""The client that requests go through: which key it sends, and where it may go."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from index.errors import ModelError, SettingsError

if TYPE_CHECKING:
    from openai import OpenAI

log = logging.getLogger(__name__)

KEY = "BYLINE_LLM_KEY"  # the variable whose key goes wherever the address is set to
OPENAI_KEY = "OPENAI_API_KEY"  # and that of a key which only OpenAI may see
URL = "https://api.openai.com/v1"
_OPENAI = "openai.com"  # the domain of all OpenAI's hosts, regional ones too
_NO_KEY = "none"  # what is sent where there is no key: local servers look at none


def key_for(url: str, variables: Mapping[str, str]) -> str | None:
    """The key that the environment holds for an address, if any.

    An address may come from a settings file that happens to lie in the working
    directory. So a key that was set for OpenAI, as on many machines, is sent to
    nobody else; for another address it has to be named as Byline's.
    """
    if key := variables.get(KEY):
        return key
    key = variables.get(OPENAI_KEY)
    if key and not _is_openai(url):
        log.info(
            "%s is for OpenAI alone; a key for another address is read from %s", OPENAI_KEY, KEY
        )
        return None
    return key or None


def _is_openai(url: str) -> bool:
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".")
    return parts.scheme == "https" and (host == _OPENAI or host.endswith(f".{_OPENAI}"))


def client_for(url: str, key: str | None, timeout: float) -> OpenAI:
    """A client that sends the key to this address and to no other.

    Raises ModelError where the `openai` package is missing, SettingsError for a
    key that cannot be sent.
    """
    try:
        import httpx2
        from openai import OpenAI

        from rag.llm.limits import watch_request, watch_response
    except ImportError as error:
        raise ModelError(
            "a language model is reached through the openai package, which is not installed; "
            "run: pip install 'openai>=3.54,<4'"
        ) from error
    # At DEBUG these log every request with its prompt.
    for name in ("openai", "httpx2", "httpcore2"):
        logging.getLogger(name).setLevel(logging.WARNING)
    key = key.strip() if key else _NO_KEY
    if not (key.isascii() and key.isprintable()) or " " in key:
        raise SettingsError(f"the key in {KEY} or {OPENAI_KEY} holds characters that no key has")
    return OpenAI(
        api_key=key,
        base_url=url,
        max_retries=0,
        timeout=timeout,
        default_headers={"Accept-Encoding": "identity"},
        http_client=httpx2.Client(
            # a key is for the address that was set, and for no other
            follow_redirects=False,
            # a new connection for each request is one that the watchdog knows
            limits=httpx2.Limits(max_keepalive_connections=0),
            event_hooks={"request": [watch_request], "response": [watch_response]},
        ),
    )
