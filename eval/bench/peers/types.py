"""What a comparison with peers is made of."""

from __future__ import annotations

from dataclasses import dataclass

from index.errors import BylineError

BYLINE = "byline"  # the name of the contestant that the others are compared with


class PeerFailed(BylineError):
    """A contestant could not be installed or measured; the message says why."""


@dataclass(frozen=True, slots=True)
class Contestant:
    """Who takes part. `requirements` are installed with pip; none for Byline itself.

    `driver` is a class in a module of `drivers/`; `setup` says how it is set up and
    `package` whose version is reported. `python` is the least version it runs on.
    """

    name: str
    title: str
    driver: str
    setup: str
    package: str
    requirements: tuple[str, ...] = ()
    environment: str = ""
    python: tuple[int, int] = (3, 11)


@dataclass(frozen=True, slots=True)
class Run:
    """One run of one contestant. Times of the clock, and of the processors (`busy`).

    The lists of a question's figures are in the order of the questions; `ranked` are
    ids of articles, best first.
    """

    indexing_s: float
    indexing_busy_s: float
    passages: int
    latencies_ms: tuple[float, ...]
    busy_ms: tuple[float, ...]
    ranked: tuple[tuple[str, ...], ...]
    peak_bytes: int
    answering_bytes: int | None


@dataclass(frozen=True, slots=True)
class SetScores:
    """Means over the questions of one set."""

    name: str
    questions: int
    recall_at_10: float
    hit_at_1: float


@dataclass(frozen=True, slots=True)
class Standing:
    """A contestant's figures: medians over the rounds. Milliseconds are of one question.

    `recall_at_10` and `hit_at_1` are means over the sets, each counting the same.
    """

    name: str
    title: str
    version: str
    setup: str
    passages: int
    articles_per_second: float
    busy_ms_per_article: float
    latency_ms: float
    latency_p95_ms: float
    busy_ms_per_question: float
    recall_at_10: float
    hit_at_1: float
    sets: tuple[SetScores, ...]
    peak_bytes: int
    answering_bytes: int | None


@dataclass(frozen=True, slots=True)
class Against:
    """Byline against one peer: how many times as fast, medians over the rounds' own ratios.

    `indexing_busy` and `latency_busy` are the same of processor time. The differences
    are Byline's less the peer's. `ahead` is whether all that is aimed at is met;
    `reason` is what was measured where it is not.
    """

    name: str
    title: str
    indexing: float
    latency: float
    indexing_busy: float
    latency_busy: float
    recall_difference: float
    hit_difference: float
    ahead: bool
    reason: str | None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A contestant without figures, and why."""

    name: str
    title: str
    reason: str


@dataclass(frozen=True, slots=True)
class PeersResult:
    """A whole comparison. `load` is the load average before and after, where known."""

    articles: int
    questions: int
    sets: tuple[str, ...]
    rounds: int
    depth: int
    cores: int
    load: tuple[float, float] | None
    standings: tuple[Standing, ...]
    against: tuple[Against, ...]
    left_out: tuple[LeftOut, ...]
