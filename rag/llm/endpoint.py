"""A language model behind any endpoint that speaks OpenAI's chat protocol.

https://platform.openai.com/docs/api-reference/chat: hosted ones, Ollama, vLLM,
llama.cpp. Every way in which an endpoint can fail becomes a
`LanguageModelFailed` that says why in one word, and nothing else leaves this
file: no key, no prompt and no server's message is logged or repeated.
"""

from __future__ import annotations

import logging
import math
import os
import time
import unicodedata
from collections.abc import Generator, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, Self

from index.errors import ModelError, SettingsError
from rag.llm.types import UNTOLD, LanguageModelFailed, Message, Usage
from rag.types import Fallback

if TYPE_CHECKING:
    from openai import APIStatusError, OpenAI

log = logging.getLogger(__name__)

KEYS = ("BYLINE_LLM_KEY", "OPENAI_API_KEY")  # variables that may hold the key, in this order
URL = "https://api.openai.com/v1"
SECONDS = 30.0  # for an answer, unless set

_CONNECT = 5.0  # seconds for a connection, at most
_FIRST = 0.8  # of the time allowed may pass before the first token: a model may have to be loaded
_NEXT = 0.4  # and this share between one token and the next
_RETRIES = 2  # more tries after a failed connection or a "wait"
_PAUSE = 0.2  # seconds before a failed connection is tried again
_WAIT = 10.0  # seconds that an endpoint may ask to be waited for, at most
_LONGEST = 4_000  # code points of one piece of text: a token has a few
_PER_TOKEN = 20  # code points of text for each token asked for, beyond which it never ends
_JUNK = 0.2  # of the text that may be control characters or broken ones
_ENOUGH = 40  # code points that this is judged by, at least
_NO_KEY = "none"  # what is sent where there is no key: local servers look at none
# What some models and servers refuse, and how to ask instead.
_INSTEAD = {
    "max_tokens": "max_completion_tokens",
    "temperature": None,
    "stream_options": None,
}


class Endpoint:
    """A `LanguageModel` at an address. Safe to share between threads.

    `timeout` is in seconds, for a whole answer; `price` in US dollars for a
    million tokens read and written. Raises ModelError where the `openai`
    package is missing, SettingsError for a key that cannot be sent.
    """

    def __init__(
        self,
        model: str,
        *,
        url: str = URL,
        key: str | None = None,
        timeout: float = SECONDS,
        price: tuple[float, float] | None = None,
    ) -> None:
        self._model = model
        self._timeout = timeout
        self._price = price
        self._refused: frozenset[str] = frozenset()
        self._client = _client(url, key, timeout)

    @classmethod
    def from_environment(
        cls,
        model: str,
        *,
        url: str = URL,
        timeout: float = SECONDS,
        price: tuple[float, float] | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> Self:
        """With the key that the environment holds, if any."""
        variables = os.environ if environment is None else environment
        key = next((variables[name] for name in KEYS if variables.get(name)), None)
        return cls(model, url=url, key=key, timeout=timeout, price=price)

    def __repr__(self) -> str:
        return f"Endpoint({self._model!r})"

    @property
    def name(self) -> str:
        return self._model

    @property
    def seconds(self) -> float:
        return self._timeout

    def cost(self, usage: Usage) -> float | None:
        if self._price is None or usage.prompt is None or usage.completion is None:
            return None
        read, written = self._price
        return (usage.prompt * read + usage.completion * written) / 1_000_000

    def close(self) -> None:
        self._client.close()

    def write(
        self, messages: Sequence[Message], *, most: int, within: float
    ) -> Generator[str | Usage]:
        """See `LanguageModel.write`."""
        import openai

        from rag.llm.limits import Watchdog

        if within <= 0:
            raise LanguageModelFailed(Fallback.SLOW)
        with Watchdog(within) as dog:
            try:
                yield from self._read(self._opened(messages, most, within, dog), most, within, dog)
            except LanguageModelFailed as failed:
                if dog.expired:
                    raise LanguageModelFailed(Fallback.SLOW) from None
                raise failed from None
            except openai.OpenAIError as error:
                raise LanguageModelFailed(_why(error, dog), too_long=_is_too_long(error)) from None
            except (ValueError, TypeError, AttributeError, RecursionError) as error:
                # what the client's parser raises for JSON that is none, or of another shape
                log.debug("no chat completion: %s", type(error).__name__)
                raise LanguageModelFailed(
                    Fallback.SLOW if dog.expired else Fallback.GARBAGE
                ) from None
            except Exception as error:  # noqa: BLE001 (nothing of a server reaches the reader)
                log.debug("the stream broke: %s", type(error).__name__)
                raise LanguageModelFailed(
                    Fallback.SLOW if dog.expired else Fallback.CUT_SHORT
                ) from None

    def _opened(self, messages: Sequence[Message], most: int, within: float, dog: Any) -> Any:
        """The stream of chunks, once the endpoint has accepted the request."""
        import openai

        tries = _RETRIES
        while True:
            dog.allow(max(0.0, _FIRST * within))
            try:
                with dog.watching():
                    return self._client.chat.completions.create(
                        model=self._model,
                        messages=[{"role": m.role, "content": m.text} for m in messages],  # type: ignore[misc]
                        stream=True,
                        timeout=self._limits(within),
                        **self._options(most),
                    )
            except openai.RateLimitError as error:
                wait = _retry_after(error)
                if wait is None or not tries or wait > min(_WAIT, dog.left / 2):
                    raise
            except openai.BadRequestError as error:
                named = self._newly_refused(error)
                if named is None:
                    raise
                self._refused |= {named}
                continue
            except openai.APIConnectionError:
                if dog.answered or dog.expired or not tries or dog.left < _CONNECT:
                    raise
                wait = _PAUSE
            tries -= 1
            dog.rest()
            time.sleep(wait)

    def _limits(self, within: float) -> Any:
        import httpx2

        return httpx2.Timeout(within, connect=min(_CONNECT, within))

    def _options(self, most: int) -> dict[str, Any]:
        wanted: dict[str, Any] = {
            "max_tokens": most,
            "temperature": 0.0,
            "stream_options": {"include_usage": True},
        }
        for name in self._refused:
            value = wanted.pop(name)
            if (other := _INSTEAD[name]) is not None:
                wanted[other] = value
        return wanted

    def _newly_refused(self, error: APIStatusError) -> str | None:
        """The option that the endpoint does not know, unless it was left out already."""
        said = f"{error.param or ''} {error.message}"
        return next((n for n in _INSTEAD if n in said and n not in self._refused), None)

    def _read(self, stream: Any, most: int, within: float, dog: Any) -> Iterator[str | Usage]:
        length, junk, finished = 0, 0, False
        usage = UNTOLD
        dog.allow(_FIRST * within)
        try:
            for chunk in stream:
                usage = _usage(chunk) or usage
                text, ended, came = _delta(chunk)
                finished = finished or ended
                if came:
                    dog.allow(_NEXT * within)
                if not text:
                    continue
                length += len(text)
                junk += _junk(text)
                endless = length > _PER_TOKEN * most
                if len(text) > _LONGEST or endless or (length > _ENOUGH and junk > _JUNK * length):
                    raise LanguageModelFailed(Fallback.GARBAGE)
                dog.rest()  # what is done with it takes its own time
                yield text
                dog.allow(_NEXT * within)
        finally:
            stream.close()
        if dog.expired:
            raise LanguageModelFailed(Fallback.SLOW)
        if not finished:
            raise LanguageModelFailed(Fallback.CUT_SHORT)
        yield usage


def _client(url: str, key: str | None, timeout: float) -> OpenAI:
    try:
        import httpx2
        from openai import OpenAI

        from rag.llm.limits import watch_request, watch_response
    except ImportError as error:
        raise ModelError(
            "a language model is reached through the openai package, which is not installed; "
            "run: pip install 'byline[llm]'"
        ) from error
    # At DEBUG these log every request with its prompt.
    for name in ("openai", "httpx2", "httpcore2"):
        logging.getLogger(name).setLevel(logging.WARNING)
    key = key.strip() if key else _NO_KEY
    if not (key.isascii() and key.isprintable()) or " " in key:
        raise SettingsError(f"the key in {' or '.join(KEYS)} holds characters that no key has")
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


def _delta(chunk: Any) -> tuple[str, bool, bool]:
    """A chunk's text, whether it is the last with any, and whether anything came."""
    choices = chunk.choices
    if not choices:
        return "", False, False
    choice = choices[0]
    delta = choice.delta
    text = delta.content if delta is not None else None
    if text is not None and not isinstance(text, str):
        raise LanguageModelFailed(Fallback.GARBAGE)
    return text or "", choice.finish_reason is not None, True


def _usage(chunk: Any) -> Usage | None:
    usage = getattr(chunk, "usage", None)
    if usage is None:
        return None
    return Usage(
        _count(getattr(usage, "prompt_tokens", None)),
        _count(getattr(usage, "completion_tokens", None)),
    )


def _count(value: object) -> int | None:
    return value if type(value) is int and 0 <= value < 10**9 else None


def _junk(text: str) -> int:
    """How many code points are no text."""
    return sum(
        c == "�" or (unicodedata.category(c) in {"Cc", "Co", "Cn", "Cs"} and c not in "\n\t\r")
        for c in text
    )


def _retry_after(error: APIStatusError) -> float | None:
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


def _is_too_long(error: Exception) -> bool:
    """Whether the endpoint says that the model's context does not hold the request."""
    import openai

    if not isinstance(error, openai.APIStatusError) or error.status_code not in (400, 413, 422):
        return False
    said = f"{error.code} {error.type} {error.message}"[:2_000].casefold()
    return "context" in said and any(w in said for w in ("length", "size", "exceed", "maximum"))


def _why(error: Exception, dog: Any) -> Fallback:
    """What an error of the client's means to the reader."""
    import httpx2
    import openai

    cause = error.__cause__
    if isinstance(cause, LanguageModelFailed):
        why = cause.why
    elif dog.expired:
        why = Fallback.SLOW
    elif isinstance(error, openai.RateLimitError):
        why = Fallback.RATE_LIMITED
    elif isinstance(error, openai.APIStatusError):
        refused = 400 <= error.status_code < 500 and error.status_code != 408
        why = Fallback.REFUSED if refused else Fallback.FAILED
    elif isinstance(
        cause, httpx2.ConnectTimeout | httpx2.ConnectError | httpx2.UnsupportedProtocol
    ):
        why = Fallback.UNREACHABLE
    elif isinstance(error, openai.APITimeoutError):
        why = Fallback.SLOW
    elif isinstance(error, openai.APIConnectionError):
        if dog.answered:
            why = Fallback.CUT_SHORT
        elif isinstance(cause, httpx2.RemoteProtocolError) and "disconnected" not in str(cause):
            why = Fallback.GARBAGE  # no HTTP at all
        else:
            why = Fallback.FAILED
    else:
        why = Fallback.FAILED
    log.debug("the language model failed: %s (%s)", why.value, type(error).__name__)
    return why
