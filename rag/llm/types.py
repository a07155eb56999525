"""What is said to a language model, what it answers, and how that may fail."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from index.errors import BylineError
from rag.written import Fallback


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of what is sent."""

    role: Literal["system", "user"]
    text: str


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens read and written; None where the endpoint does not say."""

    prompt: int | None = 0
    completion: int | None = 0

    def __add__(self, other: Usage) -> Usage:
        return Usage(_sum(self.prompt, other.prompt), _sum(self.completion, other.completion))


UNTOLD = Usage(None, None)
NO_USAGE = Usage()


def _sum(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else one + other


class LanguageModelFailed(BylineError):
    """The language model gave no answer, or only a part of one.

    `why` is what the reader is told. `too_long` says that the request was
    refused because the model's context does not hold it. The message never
    repeats what was sent, what came back, or the key.
    """

    def __init__(self, why: Fallback, *, too_long: bool = False) -> None:
        super().__init__(f"the language model failed: {why.value}")
        self.why = why
        self.too_long = too_long


class LanguageModel(Protocol):
    """Writes text to a prompt."""

    @property
    def name(self) -> str:
        """As its endpoint calls it."""

    @property
    def seconds(self) -> float:
        """Most that all requests for one answer may take together."""

    def write(
        self, messages: Sequence[Message], *, most: int, within: float
    ) -> Generator[str | Usage]:
        """Pieces of text as they come, at last the usage, which may be unknown.

        `most` tokens are asked for, and all of it is over `within` seconds.
        Closing the generator ends the request. Raises LanguageModelFailed.
        """

    def cost(self, usage: Usage) -> float | None:
        """US dollars, or None where no price or no usage is known."""
