"""A language model behind any endpoint that speaks OpenAI's chat protocol.

https://platform.openai.com/docs/api-reference/chat: hosted ones, Ollama, vLLM,
llama.cpp. Every way in which an endpoint can fail becomes a
`LanguageModelFailed` that says why in one word, and nothing else leaves this
file: no key, no prompt and no server's message is logged or repeated.
"""

from __future__ import annotations

import logging
import os
import time
import unicodedata
from collections.abc import Generator, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Self

from rag.llm.client import URL, client_for, key_for
from rag.llm.failures import is_too_long, retry_after, why
from rag.llm.types import UNTOLD, LanguageModelFailed, Message, Usage
from rag.written import Fallback

if TYPE_CHECKING:
    from openai import APIStatusError

log = logging.getLogger(__name__)

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
        self._client = client_for(url, key, timeout)

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
        """With the key that the environment holds for this address, if any."""
        variables = os.environ if environment is None else environment
        return cls(model, url=url, key=key_for(url, variables), timeout=timeout, price=price)

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
                raise LanguageModelFailed(why(error, dog), too_long=is_too_long(error)) from None
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
                wait = retry_after(error)
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
