"""The assistant that readers get, asked every case of a file, and what its answers are worth.

A case that cannot be asked is counted as failed, with its reason, and stops
nothing; a line that holds no case likewise. Whatever `jobs` is, the result is
the same: each case is asked and verified for itself.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

import numpy as np

from eval.answer_cases import Case, Malformed, Talk, read
from eval.answer_measures import REFUSED, Sought, of_case, of_failure, summarise
from eval.answer_writing import of_writing, summarise_writing
from eval.asking import KEPT, Progress, turn
from eval.bootstrap import SAMPLES
from eval.citations import Cited, judge
from eval.latency import Spread
from eval.report.model import CaseResult, Report, Setup
from eval.withhold import Opener, asked_without, ids_of
from index.errors import SourceError
from index.location import Location, located
from rag.assistant import Assistant
from rag.types import Answer, Turn
from rag.verdict import State, Verifier

_MOST_SAID = 300  # code points of an error's message that are repeated


@dataclass(frozen=True, slots=True)
class Done:
    """A case that was asked, and how long its answer took, in milliseconds; None if it failed."""

    case: CaseResult
    milliseconds: float | None


class Kept(Protocol):
    """What an interrupted run left behind, by a key that names the case and how it was asked."""

    def get(self, key: str) -> Done | None:
        """What was kept under a key."""

    def put(self, key: str, done: Done) -> None:
        """Keep it, at once and for good."""


@dataclass(frozen=True, slots=True)
class Run:
    """What it takes to run the cases; `models`, `versions` and `options` are for the report."""

    opener: Opener
    verifier: Verifier
    threshold: float = 0.5  # the verifier's, at or above which a score counts as supported
    seed: int = 0
    samples: int = SAMPLES
    jobs: int = 1
    models: tuple[tuple[str, str], ...] = ()
    versions: tuple[tuple[str, str], ...] = ()
    options: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """The report, and beside it the time that an answer takes: None where there was none."""

    report: Report
    latency: Spread | None


def measure(
    path: Path,
    archive: Location | Path,
    run: Run,
    *,
    kept: Kept | None = None,
    progress: Progress | None = None,
) -> Outcome:
    """Ask every case of a file (`eval.answer_cases`) of an archive.

    Raises SourceError where the file has no cases, and whatever the run's
    `opener` raises for the archive.
    """
    lines, archive = read(path), located(archive)
    talks = [(place, each) for place, each in enumerate(lines) if isinstance(each, Talk)]
    names = {gold.article for _, talk in talks for case in talk.cases for gold in case.gold}
    total = sum(len(talk.cases) for _, talk in talks)
    found: dict[int, list[Done]] = {
        place: [_malformed(each)] for place, each in enumerate(lines) if isinstance(each, Malformed)
    }
    with ExitStack() as stack:
        assistant = stack.enter_context(run.opener(archive))
        ask = partial(_ask_talk, run=run, ids=ids_of(archive, names - {""}), kept=kept)
        pool = ThreadPoolExecutor(run.jobs)
        stack.callback(pool.shutdown, wait=True, cancel_futures=True)
        waiting: list[Future[dict[int, list[Done]]]] = []
        for withheld, some in _by_withheld(talks):
            if withheld:
                waiting.append(pool.submit(_ask_without, archive, withheld, some, run.opener, ask))
            else:
                waiting += [pool.submit(_ask_all, [each], assistant, ask) for each in some]
        asked = 0
        for future in as_completed(waiting):
            found |= future.result()
            asked += sum(map(len, future.result().values()))
            if progress is not None:
                progress("cases", min(asked, total), total)
    done = [each for place in sorted(found) for each in found[place]]
    return _outcome(path, run, done)


_Ask = Callable[[Talk, Assistant], list[Done]]
_Placed = Sequence[tuple[int, Talk]]


def _by_withheld(talks: _Placed) -> Iterator[tuple[tuple[str, ...], _Placed]]:
    """Talks that are asked of the same archive, those of the whole one first."""
    sets: dict[tuple[str, ...], list[tuple[int, Talk]]] = {(): []}
    for place, talk in talks:
        withheld = sorted({name for case in talk.cases for name in case.withhold})
        sets.setdefault(tuple(withheld), []).append((place, talk))
    yield from sets.items()


def _ask_all(talks: _Placed, assistant: Assistant, ask: _Ask) -> dict[int, list[Done]]:
    return {place: ask(talk, assistant) for place, talk in talks}


def _ask_without(
    archive: Location, withheld: Sequence[str], talks: _Placed, opener: Opener, ask: _Ask
) -> dict[int, list[Done]]:
    try:
        with asked_without(archive, withheld, opener) as assistant:
            return _ask_all(talks, assistant, ask)
    except Exception as error:  # noqa: BLE001 - what cannot be withheld fails its cases alone
        return {place: [_failed(case, error) for case in talk.cases] for place, talk in talks}


def _ask_talk(
    talk: Talk, assistant: Assistant, *, run: Run, ids: Mapping[str, str], kept: Kept | None
) -> list[Done]:
    """Ask the cases of one conversation in turn."""
    key = _key(talk, run)
    found = [kept.get(f"{key}/{case.id}") for case in talk.cases] if kept is not None else []
    before = [each for each in found if each is not None]
    if before and len(before) == len(talk.cases):
        return before
    history: list[Turn] = []
    done = []
    for case in talk.cases:
        try:
            asked = _ask(case, history, assistant, run.verifier, ids)
        except Exception as error:  # noqa: BLE001 - whatever a case does, the others are asked
            asked = _failed(case, error)
        done.append(asked)
        if kept is not None and asked.milliseconds is not None:  # what failed is tried again
            kept.put(f"{key}/{case.id}", asked)
    return done


def _ask(
    case: Case,
    history: list[Turn],
    assistant: Assistant,
    verifier: Verifier,
    ids: Mapping[str, str],
) -> Done:
    """Ask one case; its turn is added to `history`."""
    on = assistant.on(case.today)
    for question in case.history:
        history.append(turn(on.ask(question, history=history[-KEPT:], filters=case.filters)))
    answer = on.ask(case.question, history=history[-KEPT:], filters=case.filters)
    history.append(turn(answer))
    sought = Sought(tuple((gold, ids.get(gold.article)) for gold in case.gold))
    # A follow-up is found again by what was searched for in its place.
    hits = on.find(answer.question.searched, filters=case.filters).hits
    cited = judge(answer, hits, assistant.archive, verifier)
    measures = of_case(case, sought, answer, hits, cited) | of_writing(answer)
    result = CaseResult(
        id=case.id,
        group=case.group,
        question=case.question,
        answer=answer.refusal.message if answer.refusal is not None else cited.text,
        contexts=cited.contexts,
        claims=cited.claims,
        state=_state(answer, cited),
        score=answer.confidence,
        label=case.answerable,
        measures=tuple(sorted(measures.items())),
        expected=_expected(case),
        note=_note(answer),
    )
    return Done(result, answer.timings.total)


def _state(answer: Answer, cited: Cited) -> str:
    """The worst that was found among the claims."""
    if answer.refusal is not None:
        return REFUSED
    states = {claim.verdict.state for claim in cited.claims}
    worst = (State.CONTRADICTED, State.UNSUPPORTED, State.SUPPORTED, State.NOT_CHECKABLE)
    return next((state.value for state in worst if state in states), "empty")


def _note(answer: Answer) -> str:
    """What a language model had to do with it, where that needs saying."""
    said = [f"refused as {answer.refusal.kind.value}"] if answer.refusal is not None else []
    written = answer.written
    if written is not None:
        if written.fallback is not None:
            said.append(f"the archive's own sentences stand in: {written.fallback.value}")
        if written.dropped:
            said.append(f"sentences dropped: {len(written.dropped)}")
        if written.invented_ids or written.invented_quotations:
            said.append(
                f"invented citations: {written.invented_ids}, "
                f"quotations: {written.invented_quotations}"
            )
    return "; ".join(said)


def _expected(case: Case) -> str:
    return " / ".join(case.expected or [gold.sentence for gold in case.gold if gold.sentence])


def _failed(case: Case, error: Exception) -> Done:
    why = f"{type(error).__name__}: {error}"[:_MOST_SAID]
    measures = tuple(sorted(of_failure(case).items()))
    result = CaseResult(
        case.id, case.group, case.question, "", (), (), "failed",
        label=case.answerable, measures=measures, expected=_expected(case), note=why,
    )  # fmt: skip
    return Done(result, None)


def _malformed(line: Malformed) -> Done:
    """A line without a case: counted, and nothing else can be said of it."""
    return Done(CaseResult(line.id, line.id, "", "", (), (), "malformed", note=line.why), None)


def _key(talk: Talk, run: Run) -> str:
    """What is asked and how: an answer that was kept stands for no other question."""
    told = (talk, run.verifier.id, run.models, run.versions, run.options)
    return hashlib.sha256(repr(told).encode("utf-8", "replace")).hexdigest()


def _outcome(path: Path, run: Run, done: Sequence[Done]) -> Outcome:
    cases = tuple(each.case for each in done)
    states = Counter(case.state for case in cases)
    claims = Counter(claim.verdict.state.value for case in cases for claim in case.claims)
    times = [each.milliseconds for each in done if each.milliseconds is not None]
    try:
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise SourceError(f"cannot read {path}: {error.strerror or error}") from error
    setup = Setup(
        input=path.name,
        sha256=sha256,
        seed=run.seed,
        samples=run.samples,
        threshold=run.threshold,
        models=tuple(sorted((*run.models, ("verifier", run.verifier.id)))),
        versions=tuple(sorted(run.versions)),
        options=tuple(sorted(run.options)),
    )
    report = Report(
        kind="answers",
        setup=setup,
        measures=(
            *summarise(cases, samples=run.samples, seed=run.seed),
            *summarise_writing(cases, samples=run.samples, seed=run.seed),
        ),
        states=tuple(sorted(states.items())),
        claim_states=tuple(sorted(claims.items())),
        cases=cases,
    )
    if not times:
        return Outcome(report, None)
    median, p95 = np.percentile(times, [50, 95])
    return Outcome(report, Spread(float(median), float(p95)))
