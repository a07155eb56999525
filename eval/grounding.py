"""Answers held against the texts that they should rest on: anyone's, by any verifier.

An answer is split into claims, each is verified against the row's contexts, and
the row's state and score are an aggregate of its claims (`rag.verify.aggregate`).
Rows are judged in batches that the input alone decides, so that the same file
gives the same figures in any number of processes, interrupted or not.
"""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from eval.bootstrap import SAMPLES
from eval.grounding_figures import measures, row_measures
from eval.journal import Journal, Judgement
from eval.processes import spread
from eval.report.model import CaseResult, ClaimResult, Report, Setup
from eval.rows import Malformed, Row, Table, read, table_of
from index.errors import BylineError
from rag.claims import Piece, split
from rag.verdict import Claim, Context, State, Verdict, Verifier
from rag.verify import THRESHOLD, aggregate, verifier_for

# Of one answer that are judged, characters and claims: ten times what a long article has.
MOST_CHARACTERS = 200_000
MOST_CLAIMS = 1000
# Characters of the answers that are verified at once: some 60 claims, which fill a model's batches.
_BATCH = 8000
_MOST_ROWS = 64  # in a batch: an answer may be of two words
_PACKAGES = ("byline", "numpy", "onnxruntime", "tokenizers")  # whose version may change a figure

MALFORMED, EMPTY, FAILED = "malformed", "empty", "failed"  # states of rows without a verdict
_NOTHING = Verdict(State.NOT_CHECKABLE, 0.0)

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a verifier is made of, in each process anew: see `rag.verify.verifier_for`."""

    name: str | None = None
    threshold: float | None = None

    def verifier(self) -> Verifier:
        """Raises ModelError."""
        return verifier_for(self.name, self.threshold)

    def warm(self) -> Verifier:
        """The verifier with its weights loaded, so that speed is measured without that."""
        made = self.verifier()
        made.verify([Claim("The bridge was closed.", (Context("The bridge was closed."),))])
        return made


@dataclass(frozen=True, slots=True)
class Batch:
    """What became of rows that were verified together, in `seconds`."""

    judgements: tuple[Judgement, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class Run:
    """A report, and what it took: `claims` verified anew in `seconds`, by all processes at once.

    `resumed` counts the rows that an earlier run had judged.
    """

    report: Report
    claims: int
    seconds: float
    jobs: int
    resumed: int = 0

    @property
    def claims_per_second(self) -> float | None:
        """None where nothing was verified anew."""
        return self.claims / self.seconds if self.claims and self.seconds > 0 else None


def measure(
    table: Table,
    recipe: Recipe | None = None,
    *,
    jobs: int = 1,
    journal: Path | None = None,
    progress: Progress | None = None,
    verifier: Verifier | None = None,
) -> Run:
    """Judge every row of a table and put the figures together.

    `journal` names a file that keeps what is judged; what it holds is not
    judged again. A `verifier` is used in place of the recipe's, in this
    process. Raises ModelError, JournalError and OSError.
    """
    recipe = recipe or Recipe()
    known = verifier or recipe.warm()
    rows = [each for each in table.rows if isinstance(each, Row)]
    judged: dict[str, Judgement] = {}
    seconds, claims = 0.0, 0
    with Journal(journal, known.id, table.sha256) if journal else nullcontext() as kept:
        waiting = []
        for batch in batches(rows):
            before = [kept.judged(row) if kept else None for row in batch]
            if all(before):
                judged |= {row.id: each for row, each in zip(batch, before, strict=True) if each}
            else:  # whole, for a model may see a claim a little differently in other company
                waiting.append(batch)
        resumed = len(judged)
        for batch, done in _judged(waiting, recipe, known, 1 if verifier else jobs):
            pairs = list(zip(batch, done.judgements, strict=True))
            judged |= {row.id: judgement for row, judgement in pairs}
            seconds += done.seconds
            claims += sum(_verified(judgement) for _, judgement in pairs)
            if kept:
                kept.add(pairs)
            if progress:
                progress("rows", len(judged), len(rows))
    report = _report(table, judged, known, recipe)
    return Run(report, claims, seconds / jobs, jobs, resumed)


def evaluate(
    rows: Path | str | Iterable[Mapping[str, Any]],
    *,
    threshold: float | None = None,
    verifier: Verifier | str | None = None,
    jobs: int = 1,
) -> Report:
    """A report on the rows of a file, or on rows in hand, by any usual column names.

    Raises SourceError where not one of them can be read, and ModelError.
    """
    table = read(Path(rows)) if isinstance(rows, Path | str) else table_of(rows)
    named = verifier if verifier is None or isinstance(verifier, str) else None
    given = None if verifier is None or isinstance(verifier, str) else verifier
    return measure(table, Recipe(named, threshold), jobs=jobs, verifier=given).report


def batches(rows: Iterable[Row]) -> Iterator[tuple[Row, ...]]:
    """Rows that follow one another, about `_BATCH` characters of answers at a time."""
    batch: list[Row] = []
    size = 0
    for row in rows:
        batch.append(row)
        size += len(row.answer)
        if size >= _BATCH or len(batch) == _MOST_ROWS:
            yield tuple(batch)
            batch, size = [], 0
    if batch:
        yield tuple(batch)


def judge(rows: Sequence[Row], verifier: Verifier) -> Batch:
    """Verify some rows' claims, all at once.

    A row over which the verifier stumbles fails alone, with the reason. Raises
    ModelError where it cannot work at all.
    """
    started = time.perf_counter()
    try:
        judgements = _together(rows, verifier)
    except BylineError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever a row of a stranger's file brings about
        if len(rows) > 1:
            judgements = [each for row in rows for each in judge([row], verifier).judgements]
        else:
            said = f"the verifier failed: {type(error).__name__}: {error}"
            judgements = [Judgement((), FAILED, None, said[:300])]
    return Batch(tuple(judgements), time.perf_counter() - started)


def _together(rows: Sequence[Row], verifier: Verifier) -> list[Judgement]:
    pieces = [_pieces(row) for row in rows]
    # what an answer says twice is verified once
    asked: dict[tuple[int, str], Claim] = {}
    for number, (row, (found, _)) in enumerate(zip(rows, pieces, strict=True)):
        for piece in found:
            if piece.checkable and (number, piece.text) not in asked:
                asked[number, piece.text] = Claim(piece.text, row.contexts, row.day, row.language)
    verdicts = dict(zip(asked, verifier.verify(list(asked.values())), strict=True))
    if not all(math.isfinite(verdict.score) for verdict in verdicts.values()):
        raise ValueError("a verdict's score is no finite number")
    made = []
    for number, (row, (found, note)) in enumerate(zip(rows, pieces, strict=True)):
        claims = tuple(
            ClaimResult(
                piece.text, piece.start, piece.end, verdicts.get((number, piece.text), _NOTHING)
            )
            for piece in found
        )
        made.append(_judgement(row, claims, note))
    return made


def _pieces(row: Row) -> tuple[tuple[Piece, ...], str]:
    """The claims of an answer that are judged, and what is said where they are not all."""
    found = split(row.answer[:MOST_CHARACTERS], row.language)
    whole = len(row.answer) <= MOST_CHARACTERS
    if not whole and len(found) > 1:
        found = found[:-1]  # it was cut through
    if whole and len(found) <= MOST_CLAIMS:
        return found, ""
    return found[:MOST_CLAIMS], (
        f"only its first {len(found[:MOST_CLAIMS]):,} claims were judged, of "
        f"{len(row.answer):,} characters"
    )


def _judgement(row: Row, claims: tuple[ClaimResult, ...], note: str) -> Judgement:
    if not row.answer.strip():
        return Judgement((), EMPTY, None, "the answer is empty")
    state, score = aggregate([(claim.text, claim.verdict) for claim in claims])
    checked = any(claim.verdict.state is not State.NOT_CHECKABLE for claim in claims)
    return Judgement(claims, state.value, float(score) if checked else None, note)


def _verified(judgement: Judgement) -> int:
    return sum(claim.verdict.state is not State.NOT_CHECKABLE for claim in judgement.claims)


def _judged(
    waiting: Sequence[tuple[Row, ...]], recipe: Recipe, verifier: Verifier, jobs: int
) -> Iterator[tuple[tuple[Row, ...], Batch]]:
    """Each batch with what became of it, as they are done."""
    if jobs == 1 or len(waiting) < 2:
        for batch in waiting:
            yield batch, judge(batch, verifier)
    else:
        yield from spread(judge, waiting, recipe.warm, jobs)


def case_of(row: Row | Malformed, judgement: Judgement | None) -> CaseResult:
    """A row of a report."""
    if isinstance(row, Malformed) or judgement is None:
        said = row.reason if isinstance(row, Malformed) else "it was not judged"
        return CaseResult(row.id, row.id, "", "", (), (), MALFORMED, note=said)
    return CaseResult(
        id=row.id,
        group=row.group,
        question=row.question,
        answer=row.answer,
        contexts=row.contexts,
        claims=judgement.claims,
        state=judgement.state,
        score=judgement.score,
        label=row.label,
        measures=row_measures(judgement.claims),
        expected=row.expected,
        note="; ".join(note for note in (row.note, judgement.note) if note),
    )


def _report(
    table: Table, judged: dict[str, Judgement], verifier: Verifier, recipe: Recipe
) -> Report:
    cases = tuple(case_of(row, judged.get(row.id)) for row in table.rows)
    threshold = THRESHOLD if recipe.threshold is None else recipe.threshold
    return Report(
        kind="grounding",
        setup=Setup(
            input=table.name,
            sha256=table.sha256,
            seed=0,
            samples=SAMPLES,
            threshold=threshold,
            models=(("verifier", verifier.id),),
            versions=tuple((name, _version(name)) for name in _PACKAGES),
        ),
        measures=measures(cases, threshold),
        states=_counted(case.state for case in cases),
        claim_states=_counted(c.verdict.state.value for case in cases for c in case.claims),
        cases=cases,
    )


def _counted(states: Iterable[str]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(Counter(states).items()))


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "(not installed)"
