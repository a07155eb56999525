"""Each sentence that a model wrote, held against the passages before anyone sees it.

cited passages ──> the others, one by one (the citation is mended) ──> not held

Only what is supported is ever shown as fact. What claims nothing (a greeting,
"the passages do not say") is not shown either, and counted apart.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from index.analyze import language_key, words
from rag.llm.passages import Source
from rag.llm.sentences import Piece
from rag.quotations import quotations
from rag.remarks import Speech
from rag.select import Candidate
from rag.speech import speeches
from rag.verdict import Check, Claim, Failure, Ground, State, Verdict, Verifier

_QUOTED = 3  # words between marks that are someone's, and not a term held at arm's length
_GROUNDS = 2  # sentences cited for one of the model's
_BEARS = 0.2  # of a sentence's weight, from which it is cited beside the first
_SOURCE = r"(?:passages?|articles?|sources?|texts?|context|archive|information|documents?)"
_SILENT = re.compile(
    r"^(?:unfortunately|sorry|however|based on [^,.]{0,40}),?\s{1,2}|",
    re.IGNORECASE,
)
_SAYS_NOTHING = re.compile(
    rf"(?:(?:the|these|this|any|my)\s)?(?:(?:provided|given|available|above)\s)?{_SOURCE}\s"
    rf"(?:(?:provided|given|above|here)\s)?(?:do(?:es)?\s?n[o’']t|do(?:es)? not|did not|cannot|"
    rf"(?:contains?|ha(?:s|ve)|gives?|provides?|mentions?|offers?) no)\b"
    r"|I (?:do not|don['’]t|cannot|can['’]t|could not|am unable|am not able|am sorry)\b"
    r"|(?:there is|there['’]s|I have|I find) no (?:information|mention|answer)\b"
    rf"|[^.!?]{{0,120}}\b(?:is|are|was|were) not (?:mentioned|specified|stated|provided|given|said)"
    rf" (?:in|by) (?:the|these|any)\s(?:\w+\s)?{_SOURCE}\b",
    re.IGNORECASE,
)


class Fate(StrEnum):
    """What became of a sentence."""

    SHOWN = "shown"  # its own citation bears it out
    MENDED = "mended"  # another passage does
    DROPPED = "dropped"
    REWRITTEN = "rewritten"  # it was not borne out, and another stands in its place
    IDLE = "idle"  # it claims nothing
    REPEATED = "repeated"  # the answer says so already


@dataclass(frozen=True, slots=True)
class Judged:
    """A sentence of the model's and what became of it.

    `evidence` are the article's sentences that it rests on, best first: empty
    unless it is shown. `again` is True for one that was asked for once more.
    `speech` is whose claim it is, where the evidence is someone's words and the
    sentence does not say so itself.
    """

    piece: Piece
    verdict: Verdict
    fate: Fate
    evidence: tuple[Candidate, ...] = ()
    again: bool = False
    invented_quotations: int = 0
    speech: Speech | None = None

    @property
    def held(self) -> bool:
        return bool(self.evidence)


class Checker:
    """Holds sentences against the passages of one answer. `day` is the day of the question."""

    def __init__(self, verifier: Verifier, sources: Sequence[Source], day: date | None) -> None:
        self._verifier = verifier
        self._sources = tuple(sources)
        self._day = day

    def check(self, piece: Piece, *, again: bool = False) -> Judged:
        """Raises ModelError."""
        if not any(c.isalnum() for c in piece.text) or _says_nothing(piece.text):
            return Judged(piece, Verdict(State.NOT_CHECKABLE, 0.0), Fate.IDLE, again=again)
        invented = self._invented_quotations(piece.text)
        cited = [n - 1 for n in piece.cited]
        verdict, held = self._verify(piece.text, [cited] if cited else [])
        fate = Fate.SHOWN
        if not held and verdict.state is not State.NOT_CHECKABLE:
            others = [[n] for n in range(len(self._sources)) if [n] != cited]
            found, held = self._verify(piece.text, others)
            fate = Fate.MENDED
            if held or not cited:
                verdict = found
        if verdict.state is State.NOT_CHECKABLE:
            return Judged(piece, verdict, Fate.IDLE, again=again)
        if invented:
            failed = (*verdict.failures, *(f for f in invented if not _has(verdict.failures, f)))
            state = State.UNSUPPORTED if verdict.state is State.SUPPORTED else verdict.state
            verdict = Verdict(state, verdict.score, verdict.grounds, failed)
        evidence = self._evidence(piece.text, verdict, held) if held and not invented else ()
        if not evidence:
            return Judged(
                piece, verdict, Fate.DROPPED, again=again, invented_quotations=len(invented)
            )
        return Judged(piece, verdict, fate, evidence, again, speech=_speech(piece.text, evidence))

    def nearest(self, piece: Piece, verdict: Verdict) -> Source:
        """The passage that a sentence that was not held should have rested on."""
        if piece.cited:
            return self._sources[piece.cited[0] - 1]
        telling = set(words(piece.text, language_key("en")))
        return max(
            self._sources,
            key=lambda s: len(
                telling & set(words(s.context.text, language_key(s.context.language)))
            ),
        )

    def _verify(self, text: str, groups: Sequence[Sequence[int]]) -> tuple[Verdict, list[Source]]:
        """The best verdict by any one group of passages, and that group where it is supported."""
        claims = [
            Claim(text, tuple(self._sources[n].context for n in group), self._day)
            for group in groups
        ]
        verdicts = self._verifier.verify(claims) if claims else []
        judged = list(zip(verdicts, groups, strict=True))
        held = [pair for pair in judged if pair[0].state is State.SUPPORTED]
        if not judged:
            return Verdict(State.UNSUPPORTED, 0.0), []
        verdict, group = max(held or judged, key=lambda pair: pair[0].score)
        return verdict, [self._sources[n] for n in group] if held else []

    def _evidence(
        self, text: str, verdict: Verdict, held: Sequence[Source]
    ) -> tuple[Candidate, ...]:
        """The sentences to cite: the verifier's grounds, else those with most words in common."""
        heaviest = max((g.weight for g in verdict.grounds), default=0.0)
        found: dict[tuple[str, int], Candidate] = {}
        for ground in verdict.grounds:
            if found and ground.weight < _BEARS * heaviest:
                continue
            for candidate in _whole(held[ground.context], ground, verdict.score):
                found.setdefault((candidate.article.id, candidate.span.start), candidate)
        if not found:
            telling = set(words(text, language_key("en")))
            nearest = max(
                ((source, ground) for source in held for ground in source.sentences),
                key=lambda pair: len(telling & set(words(pair[1].text, language_key("en")))),
                default=None,
            )
            if nearest is not None:
                cited = nearest[0].candidate(nearest[1], verdict.score)
                if cited is not None:
                    found[(cited.article.id, cited.span.start)] = cited
        return tuple(found.values())[:_GROUNDS]

    def _invented_quotations(self, text: str) -> list[Failure]:
        """What stands between quotation marks and in no passage, word for word."""
        found = []
        bodies = [_bare(source.context.text) for source in self._sources]
        for quotation in quotations(text).ranges:
            start, end = quotation.start + 1, quotation.end - 1
            said = _bare(text[start:end]).strip(" .,!?;:")
            if len(said.split()) >= _QUOTED and not any(said in body for body in bodies):
                found.append(Failure(Check.QUOTATION, text[start:end], start, end))
        return found


def _whole(source: Source, ground: Ground, score: float) -> list[Candidate]:
    """The whole sentences of the article that a ground touches."""
    touched = [s for s in source.sentences if s.start < ground.end and ground.start < s.end]
    made = [source.candidate(each, score) for each in touched or [ground]]
    return [each for each in made if each is not None]


def _bare(text: str) -> str:
    """Text in which every kind of quotation mark and white space is the same."""
    plain = re.sub(r"[“”„«»\"]", '"', re.sub(r"[‘’]", "'", text))
    return " ".join(plain.split()).casefold()


def _has(failures: Sequence[Failure], wanted: Failure) -> bool:
    return any(f.check is wanted.check and f.start < wanted.end for f in failures)


def _says_nothing(text: str) -> bool:
    """Whether it only says that the passages do not say."""
    opening = _SILENT.match(text)
    return _SAYS_NOTHING.match(text, opening.end() if opening else 0) is not None


def _speech(text: str, evidence: Sequence[Candidate]) -> Speech | None:
    """Whose words a sentence passes on without saying so; None where it names them."""
    first = evidence[0]
    speech = speeches(first.article).get(first.span)
    if speech is None or speech.speaker.split()[-1].casefold() in text.casefold():
        return None
    return replace(speech, direct=False)  # the words themselves are the model's
