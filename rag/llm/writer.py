"""An answer written by a language model, of which only what was verified comes out.

prompt ──> stream ──> sentences ──> check ──> held, in the order of writing
                                      └─────> once more (a few) ──> held, at the end, or dropped

What a stream that broke had written before, and was held, is kept: the reader
has seen it, and it is true. Only where nothing was held does a `fallback` say
why, and the archive's own sentences answer.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import date

from index.types import Filters
from rag.assemble import Drafted
from rag.llm import prompt
from rag.llm.check import Checker, Fate, Judged
from rag.llm.judge import Judge
from rag.llm.meter import Meter
from rag.llm.passages import Source, sources
from rag.llm.question import made_whole
from rag.llm.sentences import Cutter, Piece
from rag.llm.types import NO_USAGE, LanguageModel, LanguageModelFailed, Usage
from rag.types import Asks
from rag.understand import Understood
from rag.verdict import Claim, Context, State, Verdict, Verifier
from rag.written import Dropped, Fallback, Written

log = logging.getLogger(__name__)

JUDGE = "llm"  # names the language model itself as its verifier
MOST_HELD = 6  # sentences of an answer: a reader wants the answer and no essay
_MOST_WRITTEN = 14  # sentences after which a model that has not come to an end is stopped
_AGAIN = 2  # sentences of an answer that are asked for once more, at most
_LEAST_LEFT = 1.0  # seconds that have to be left for that


@dataclass(slots=True)
class _Tally:
    """What is counted while an answer is written."""

    meter: Meter
    dropped: list[Dropped] = field(default_factory=list)
    said: set[str] = field(default_factory=set)
    held: int = 0
    mended: int = 0
    again: int = 0
    invented_ids: int = 0
    invented_quotations: int = 0


class Writer:
    """Writes answers with one model and one verifier. Safe to share between threads."""

    def __init__(self, llm: LanguageModel, verifier: Verifier) -> None:
        self.llm = llm
        self.verifier = verifier

    def write(
        self,
        question: str,
        told: Sequence[Source],
        day: date | None = None,
        spent: Usage = NO_USAGE,
    ) -> Generator[Judged | Written]:
        """Each sentence as soon as it is judged, at last what there was to it.

        `spent` is what the question itself took, which counts too. Closing the
        iterator ends the request. Raises ModelError where the verifier cannot
        judge; a failing language model never raises.
        """
        end = time.monotonic() + self.llm.seconds
        tally = _Tally(Meter(spent))
        checker = Checker(self.verifier, told, day)
        failed: list[Judged] = []
        why: Fallback | None = Fallback.NOTHING_HELD
        try:
            with closing(self._pieces(question, told, end, tally)) as pieces:
                for piece in pieces:
                    judged = self._judged(checker, piece, tally)
                    if judged.fate is Fate.DROPPED:
                        failed.append(judged)
                    else:
                        yield judged
                    if tally.held >= MOST_HELD:
                        break
        except LanguageModelFailed as error:
            why = error.why
        for judged in failed:
            yield from self._once_more(question, judged, checker, tally, end)
        yield Written(
            model=self.llm.name,
            dropped=tuple(tally.dropped),
            mended=tally.mended,
            again=tally.again,
            invented_ids=tally.invented_ids,
            invented_quotations=tally.invented_quotations,
            prompt_tokens=tally.meter.usage.prompt,
            completion_tokens=tally.meter.usage.completion,
            cost=self.llm.cost(tally.meter.usage),
            fallback=None if tally.held else why,
        )

    def answer(
        self, drafted: Sequence[Drafted], day: date | None = None, spent: Usage = NO_USAGE
    ) -> Generator[Judged | Written]:
        """What the model says of what was found for a question, as `write` does.

        Nothing at all where it is not asked: where the archive has no answer,
        where words have to be someone's own (what they said, and timelines),
        and for several questions at once.
        """
        (first, *others) = drafted
        question = first.finding.question
        if others or not first.draft.lines or question.asks is not Asks.FACT:
            return
        if told := sources(first.finding, first.draft):
            yield from self.write(question.searched, told, day, spent)

    def made_whole(
        self, understood: Understood, filters: Filters, reread: Callable[[str], Understood]
    ) -> tuple[Understood, Usage]:
        """A follow-up as the model puts it, where the rules too say that it is one.

        `reread` understands a question alone, within the reader's `filters`.
        With it what that took.
        """
        question = understood.question
        if question.searched == question.text and not understood.also:
            return understood, NO_USAGE
        whole, spent = made_whole(self.llm, question.text, question.history)
        if whole is None:
            return understood, spent
        again = reread(whole)
        force = again.question.filters if again.inferred else question.filters
        notes = [note for note in question.notes if note.startswith("following on from:")]
        said = replace(
            again.question,
            text=question.text,
            filters=force,
            history=question.history,
            notes=(*notes, f"read as: {whole}", *again.question.notes),
        )
        whole_one = replace(again, question=said, inferred=force != filters, also=understood.also)
        return whole_one, spent

    def warm(self) -> None:
        """Load the verifier now. Raises ModelError."""
        self.verifier.verify([Claim("The dam broke on Monday.", (Context("It broke."),))])

    def _pieces(
        self, question: str, told: Sequence[Source], end: float, tally: _Tally
    ) -> Generator[Piece]:
        """The sentences as they are completed; with half the passages where all are too many."""
        room = prompt.PROMPT_CHARS
        while True:
            begun = False
            try:
                for piece in self._stream(question, told, room, end, tally):
                    begun = True
                    yield piece
                return
            except LanguageModelFailed as error:
                if begun or not error.too_long or room < prompt.PROMPT_CHARS // 4:
                    raise
                room //= 2

    def _stream(
        self, question: str, told: Sequence[Source], room: int, end: float, tally: _Tally
    ) -> Generator[Piece]:
        messages = prompt.answer(question, told, room)
        cutter = Cutter(len(prompt.passages(told, room)))
        written = 0
        stream = self.llm.write(messages, most=prompt.ANSWER_TOKENS, within=end - time.monotonic())
        with closing(tally.meter.text(stream)) as texts:
            for text in texts:
                for piece in cutter.feed(text):
                    written += 1
                    yield piece
                if written >= _MOST_WRITTEN:
                    return
        yield from cutter.finish()

    def _judged(self, checker: Checker, piece: Piece, tally: _Tally) -> Judged:
        """A sentence judged, counted, and kept for dropping where nothing more can be done."""
        tally.invented_ids += piece.invented
        key = _key(piece.text)
        if key in tally.said:
            return Judged(piece, Verdict(State.NOT_CHECKABLE, 0.0), Fate.REPEATED)
        judged = checker.check(piece)
        tally.invented_quotations += judged.invented_quotations
        if judged.held:
            tally.said.add(key)
            tally.held += 1
            tally.mended += judged.fate is Fate.MENDED
        elif judged.fate is Fate.IDLE and piece.text:
            tally.dropped.append(Dropped(piece.text, judged.verdict))
        return judged

    def _once_more(
        self, question: str, judged: Judged, checker: Checker, tally: _Tally, end: float
    ) -> Generator[Judged]:
        """A sentence that failed, asked for again where that is worth it; else dropped."""
        left = end - time.monotonic()
        if tally.again >= _AGAIN or tally.held >= MOST_HELD or left < _LEAST_LEFT:
            tally.dropped.append(Dropped(judged.piece.text, judged.verdict))
            yield judged
            return
        tally.again += 1
        source = checker.nearest(judged.piece, judged.verdict)
        piece = self._rewritten(question, judged.piece, source, tally, left)
        key = _key(piece.text) if piece else ""
        second = checker.check(piece, again=True) if piece and key not in tally.said else None
        if second is not None and second.held:
            tally.said.add(key)
            tally.held += 1
            yield replace(judged, fate=Fate.REWRITTEN)
            yield replace(second, fate=Fate.SHOWN)
            return
        tally.dropped.append(Dropped(judged.piece.text, judged.verdict))
        yield judged

    def _rewritten(
        self, question: str, piece: Piece, source: Source, tally: _Tally, left: float
    ) -> Piece | None:
        cutter = Cutter(0)
        messages = prompt.once_more(question, piece.text, source.context)
        stream = self.llm.write(messages, most=prompt.SENTENCE_TOKENS, within=left)
        found: list[Piece] = []
        try:
            for text in tally.meter.text(stream):
                found += cutter.feed(text)
            found += cutter.finish()
        except LanguageModelFailed as error:
            log.debug("no sentence came once more: %s", error.why.value)
        first = next((each.text for each in found if each.text), "")
        return Piece(first) if first and first.strip(" .").upper() != "NONE" else None


def writer_for(llm: LanguageModel, verifier: str | None = None) -> Writer:
    """A writer whose sentences the verifier of that name checks.

    Raises ModelError where there is no such model.
    """
    from rag.verify import STRICT, verifier_for

    if verifier == JUDGE:
        return Writer(llm, Judge(llm, verifier_for(threshold=STRICT)))
    return Writer(llm, verifier_for(verifier, STRICT))


def _key(text: str) -> str:
    """By which a sentence is known to have been said."""
    return " ".join(text.casefold().split())
