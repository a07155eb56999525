"""What an endpoint's errors mean: to the reader in one word, and to the next try."""

from __future__ import annotations

import logging
import math
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from rag.llm.types import LanguageModelFailed
from rag.written import Fallback

if TYPE_CHECKING:
    from openai import APIStatusError

    from rag.llm.limits import Watchdog

log = logging.getLogger(__name__)


def retry_after(error: APIStatusError) -> float | None:
    """Seconds to wait, as the endpoint says; None where it does not."""
    value = error.response.headers.get("retry-after", "")
    try:
        seconds = float(value)
    except ValueError:
        try:
            seconds = (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds()
        except (ValueError, TypeError):
            return None
    return max(0.0, seconds) if math.isfinite(seconds) else None


def is_too_long(error: Exception) -> bool:
    """Whether the endpoint says that the model's context does not hold the request."""
    import openai

    if not isinstance(error, openai.APIStatusError) or error.status_code not in (400, 413, 422):
        return False
    said = f"{error.code} {error.type} {error.message}"[:2_000].casefold()
    return "context" in said and any(w in said for w in ("length", "size", "exceed", "maximum"))


def why(error: Exception, dog: Watchdog) -> Fallback:
    """What an error of the client's means to the reader."""
    found = _meaning(error, dog)
    log.debug("the language model failed: %s (%s)", found.value, type(error).__name__)
    return found


def _meaning(error: Exception, dog: Watchdog) -> Fallback:
    import httpx2
    import openai

    cause = error.__cause__
    if isinstance(cause, LanguageModelFailed):
        return cause.why
    if dog.expired:
        return Fallback.SLOW
    if isinstance(error, openai.APIStatusError):
        return _of_status(error.status_code)
    if isinstance(cause, httpx2.ConnectTimeout | httpx2.ConnectError | httpx2.UnsupportedProtocol):
        return Fallback.UNREACHABLE
    if isinstance(error, openai.APITimeoutError):
        return Fallback.SLOW
    if isinstance(error, openai.APIConnectionError) and dog.answered:
        return Fallback.CUT_SHORT
    if isinstance(cause, httpx2.RemoteProtocolError) and "disconnected" not in str(cause):
        return Fallback.GARBAGE  # no HTTP at all
    return Fallback.FAILED


def _of_status(status: int) -> Fallback:
    if status == 429:
        return Fallback.RATE_LIMITED
    refused = 400 <= status < 500 and status != 408
    return Fallback.REFUSED if refused else Fallback.FAILED
