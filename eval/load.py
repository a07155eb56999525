"""Many visitors at once: how a server answers them, and whether each gets his own answer.

Every visitor has an address of his own (127.x.y.z, where the server is on this
machine), asks, reads for a while and asks again, now and then as a follow-up.
What comes back is held against what the same server answered when nobody else
asked, and against the question and history that were sent.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, ip_address
from urllib.parse import urlsplit

import httpx
import numpy as np

from eval.load_exchange import Exchange, Told, ask
from eval.load_memory import Memory
from eval.processors import cores
from index.errors import SourceError

_READING = (0.5, 1.5)  # of the think time: nobody reads like a clock
_FOLLOWING = 0.3  # of the questions are follow-ups
_SEED = 20_241  # the same visitors ask the same questions in every run
_TIMEOUT = 60.0  # seconds that a visitor waits before he counts as forgotten


@dataclass(frozen=True, slots=True)
class Plan:
    """What is done to a server at `url`.

    `visitors` ask for `seconds`, reading for about `think` seconds between two
    questions. Then `burst` questions come within one second, and `beyond` at once,
    which should be more than the server takes; 0 leaves either out. `pid` is the
    server's process, whose memory is watched together with that of its children.
    """

    url: str
    visitors: int = 200
    seconds: float = 120.0
    think: float = 30.0
    burst: int = 20
    beyond: int = 200
    pid: int | None = None


@dataclass(frozen=True, slots=True)
class Spread:
    """Seconds: how many were timed, the median, the 95th percentile and the longest."""

    count: int
    median: float
    p95: float
    longest: float


@dataclass(frozen=True, slots=True)
class Crowd:
    """What became of the questions of one crowd.

    `wrong` says of each answer that is not its question's what is wrong with it;
    `errors` counts what went wrong otherwise, by its name. `first` is from the
    question to the first sentence (or the refusal), `whole` to the end of the
    answer, `busy` to a 503.
    """

    asked: int
    answered: int
    refused: int
    statuses: dict[int, int]
    errors: dict[str, int]
    wrong: tuple[str, ...]
    first: Spread | None
    whole: Spread | None
    busy: Spread | None
    seconds: float

    @property
    def per_second(self) -> float:
        return (self.answered + self.refused) / self.seconds if self.seconds else 0.0


@dataclass(frozen=True, slots=True)
class LoadScores:
    """All crowds that came, and the server's memory in bytes."""

    plan: Plan
    calm: Crowd
    visitors: Crowd
    burst: Crowd | None
    beyond: Crowd | None
    memory: Memory | None
    cores: int
    load: tuple[float, float]  # the machine's load average before and after


class _Visitor:
    def __init__(self, number: int, plan: Plan) -> None:
        transport = httpx.AsyncHTTPTransport(local_address=_address(number, plan.url))
        self.client = httpx.AsyncClient(
            base_url=plan.url.rstrip("/"), transport=transport, timeout=_TIMEOUT
        )
        self.chance = np.random.default_rng(_SEED + number)

    async def ask(self, question: str, history: Sequence[Told] = ()) -> Exchange:
        return await ask(self.client, question, history)


def measure(questions: Sequence[str], plan: Plan) -> LoadScores:
    """Ask `questions` of a server as the plan says. Raises SourceError where none is there."""
    return asyncio.run(_measure(questions, plan))


async def _measure(questions: Sequence[str], plan: Plan) -> LoadScores:
    before = _load()
    calm = await _calm(questions, plan)
    if not any(each.status for each in calm):
        raise SourceError(f"{plan.url}: no server answers there")
    told = {each.question: each.sentences for each in calm if each.status == 200}
    watching = Memory.watch(plan.pid)
    began = time.perf_counter()
    crowd = await _crowd(questions, plan)
    visitors = _scored(crowd, time.perf_counter() - began, told)
    burst = beyond = None
    if plan.burst:
        began = time.perf_counter()
        several = await _at_once(questions, plan, plan.burst, within=1.0)
        burst = _scored(several, time.perf_counter() - began, told)
    if plan.beyond:
        began = time.perf_counter()
        several = await _at_once(questions, plan, plan.beyond, within=0.0)
        beyond = _scored(several, time.perf_counter() - began, told)
    return LoadScores(
        plan,
        _scored(calm, sum(each.whole for each in calm), told),
        visitors,
        burst,
        beyond,
        await watching.stop(),
        cores(),
        (before, _load()),
    )


async def _calm(questions: Sequence[str], plan: Plan) -> list[Exchange]:
    """Each question once, one after another, so that quotas of a visitor do not matter."""
    done = []
    for n, question in enumerate(dict.fromkeys(questions)):
        visitor = _Visitor(10_000 + n, plan)
        async with visitor.client:
            done.append(await visitor.ask(question))
    return done


async def _crowd(questions: Sequence[str], plan: Plan) -> list[Exchange]:
    end = time.perf_counter() + plan.seconds

    async def visit(number: int) -> list[Exchange]:
        visitor = _Visitor(number, plan)
        done: list[Exchange] = []
        history: list[Told] = []
        # They come one after another, within the time that one reads an answer.
        await asyncio.sleep(plan.think * visitor.chance.random())
        async with visitor.client:
            while time.perf_counter() < end:
                question = questions[int(visitor.chance.integers(len(questions)))]
                follows = bool(history) and visitor.chance.random() < _FOLLOWING
                exchange = await visitor.ask(question, history if follows else ())
                done.append(exchange)
                if exchange.told is not None:
                    history = [*history, exchange.told][-4:]
                pause = plan.think * visitor.chance.uniform(*_READING)
                await asyncio.sleep(max(0.0, min(pause, end - time.perf_counter())))
        return done

    every = await asyncio.gather(*(visit(number) for number in range(1, plan.visitors + 1)))
    return [exchange for each in every for exchange in each]


async def _at_once(
    questions: Sequence[str], plan: Plan, number: int, *, within: float
) -> list[Exchange]:
    """So many questions, each from a visitor of its own, spread evenly over `within` seconds."""
    visitors = [_Visitor(1_000 + n, plan) for n in range(number)]

    async def one(n: int) -> Exchange:
        await asyncio.sleep(within * n / number)
        async with visitors[n].client:
            return await visitors[n].ask(questions[n % len(questions)])

    return list(await asyncio.gather(*(one(n) for n in range(number))))


def _scored(exchanges: Sequence[Exchange], seconds: float, told: Mapping[str, object]) -> Crowd:
    good = [each for each in exchanges if each.status == 200 and each.error is None]
    wrong = [each.wrong for each in exchanges if each.wrong]
    wrong += [
        f"{each.question!r} was answered otherwise than alone"
        for each in good
        if not each.followed and told.get(each.question, each.sentences) != each.sentences
    ]
    return Crowd(
        asked=len(exchanges),
        answered=sum(each.answered for each in good),
        refused=sum(not each.answered for each in good),
        statuses=dict(sorted(Counter(each.status for each in exchanges).items())),
        errors=dict(Counter(each.error for each in exchanges if each.error)),
        wrong=tuple(wrong),
        first=_spread([each.first for each in good]),
        whole=_spread([each.whole for each in good]),
        busy=_spread([each.whole for each in exchanges if each.status == 503]),
        seconds=seconds,
    )


def _spread(values: Sequence[float]) -> Spread | None:
    if not values:
        return None
    median, p95 = np.percentile(values, [50, 95])
    return Spread(len(values), float(median), float(p95), max(values))


def _address(number: int, url: str) -> str | None:
    """An address of this machine for that visitor alone, where the server is on it too."""
    host = urlsplit(url).hostname or ""
    try:
        here = ip_address(host).is_loopback and ":" not in host
    except ValueError:
        return None
    return str(IPv4Address("127.1.0.1") + number) if here else None


def _load() -> float:
    """How many processes wanted to run, in the last minute."""
    return os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
