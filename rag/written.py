"""What a language model had to do with an answer."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from rag.verdict import Verdict


class Fallback(StrEnum):
    """Why the archive's own sentences stand in for a language model's."""

    UNREACHABLE = "unreachable"  # no connection
    SLOW = "slow"  # no first or no next word in time
    RATE_LIMITED = "rate_limited"
    REFUSED = "refused"  # the key, the model's name or the request was not accepted
    FAILED = "failed"  # it answered with an error of its own
    GARBAGE = "garbage"  # what came is no text, or never ended
    CUT_SHORT = "cut_short"  # the stream broke before anything could be kept
    NOTHING_HELD = "nothing_held"  # it wrote, and none of it could be verified


@dataclass(frozen=True, slots=True)
class Dropped:
    """A sentence that a language model wrote and that is not part of the answer."""

    text: str
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Written:
    """What a language model had to do with an answer.

    `dropped` are the sentences that could not be verified. `mended` counts those
    whose citation was put right, `again` those asked for once more.
    `invented_ids` and `invented_quotations` count what the model cited or quoted
    and nobody wrote. Tokens and `cost` (US dollars) are None where the endpoint,
    or the price list, does not say. With a `fallback` the sentences of the
    answer are the archive's own.
    """

    model: str
    dropped: tuple[Dropped, ...] = ()
    mended: int = 0
    again: int = 0
    invented_ids: int = 0
    invented_quotations: int = 0
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    cost: float | None = None
    fallback: Fallback | None = None
