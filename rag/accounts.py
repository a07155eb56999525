"""The figures among sentences that may be accounts of the quantity asked for."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from index.analyze import language_key
from index.passages import sentence_spans
from rag.corrections import correction
from rag.facets import Facet, facet_of
from rag.figure_kinds import QUANTITIES, FigureKind
from rag.figures import Figure, figures
from rag.refuted import refuted
from rag.remarks import Correction, Speech
from rag.select import Candidate
from rag.sought import PEOPLE, Sought, stems

# A part of the whole, an increase, or one among several: not the quantity itself.
_PART_BEFORE = re.compile(
    r"\b(?:another|an?\s+(?:extra|additional|further|other)|extra|additional|further|other|every|"
    r"each|per|first|last|including|among\s+them|of\s+whom|by)\s*$|"
    r"\bof\s+(?:the|these|those|them|its)\b[^.;,]{0,50},\s*$",  # "Of the 40, 12 are here"
    re.IGNORECASE,
)
_PART_AFTER = re.compile(
    r"\s*(?:of\s+(?:the(?:m|ir|se)?|whom|which|those|its|his|her)\b|(?:more|extra|fewer|others?)\b|"
    r"(?:higher|lower|less|fewer|above|below)\b)",
    re.IGNORECASE,
)
# What it is compared with, what it was before, or what it is not.
_BASE_BEFORE = re.compile(
    r"\b(?:from|than|against|compared\s+(?:with|to)|versus|not|instead\s+of|rather\s+than|"
    r"was\s+to\s+(?:have\s+)?(?:cost|be)|originally|would\s+have\s+cost|should\s+have)\s+"
    r"(?:the\s+|its?\s+|an?\s+)?(?:\w+\s+)?$",
    re.IGNORECASE,
)
_BASE_NEAR = re.compile(
    r"\b(?:a|one|two|three|five|ten)\s+(?:years?|months?|weeks?)\s+(?:earlier|before|ago)\b|"
    r"\bhad\s+(?:forecast|predicted|expected|hoped|asked|demanded|proposed)\b",
    re.IGNORECASE,
)
_PARTY = re.compile(
    r"\b(?P<who>police|organi[sz]ers?|officials?|government|ministry|authorities|witnesses|"
    r"opposition|unions?|company|army|military|rebels|hospital|doctors|activists|campaigners|"
    r"council|mayor|employers|critics|residents|polis|yetkililer|полиция|власти)\b"
    r"[^,.;]{0,40}?\b(?:said|says?|put|puts|estimated?|estimates|counted|claimed|claims?|reported|"
    r"spoke|speaks?|at|dedi|açıkladı)\b",
    re.IGNORECASE,
)
_NUMBER_AT = re.compile(
    r"\b(?:number|figure|total|crowd|attendance|toll|count|size)\b[^,.;]{0,30}?\b(?:at|to|of)\s*"
    r"(?:about|around|some|over|nearly|at\s+least|more\s+than)?\s*$",
    re.IGNORECASE,
)
_SCALED = re.compile(
    r"(?:million|billion|trillion|mln|bln|bn|milyon|milyar|млн|млрд)$", re.IGNORECASE
)
# Told of one event alone, so that any sentence of its story may give the figure.
WHOLE_STORY = frozenset(
    {Facet.DEAD, Facet.INJURED, Facet.MISSING, Facet.DISPLACED, Facet.RESCUED, Facet.ARRESTED,
     Facet.QUESTIONED, Facet.ATTENDING, Facet.DAMAGE}
)  # fmt: skip
_LONGEST = 12_000  # code points of an article whose sentences are read
_NEAR = 60  # code points before a figure in which words of attribution and comparison count


@dataclass(frozen=True, slots=True)
class Told:
    """A figure that a sentence gives, of what, on which day and by whom.

    `said` is what it is said of in a word or two, `party` whose figure it is
    where that is not the outlet's own, `day` when it was published.
    """

    candidate: Candidate
    figure: Figure
    facet: Facet | None
    party: str

    @property
    def day(self) -> date | None:
        published = self.candidate.article.published
        return published.date() if published else None

    @property
    def said(self) -> str:
        return self.facet.value if self.facet is not None else ""

    def better_than(self, other: Told) -> bool:
        """Whether it fits the question better: a facet of its own, and a better sentence."""
        mine = (self.facet is not None, self.candidate.score)
        return mine > (other.facet is not None, other.candidate.score)


def told(
    wanted: Sought,
    chosen: Sequence[Candidate],
    scored: Sequence[Candidate],
    speeches: Mapping[tuple[str, int], Speech],
) -> list[Told]:
    """The figures of the kind that is asked for, in the order of the sentences, chosen first."""
    first = {c.article.id: c for c in (*scored, *chosen)}
    sentences = {(c.article.id, c.span): c for c in (*chosen, *scored)}
    if wanted.facet in WHOLE_STORY:
        for candidate in first.values():
            for other in _rest(candidate):
                sentences.setdefault((other.article.id, other.span), other)
    articles = {id_: c.article for id_, c in first.items()}
    notes = {id_: note for id_, a in articles.items() if (note := correction(a)) is not None}
    found: list[Told] = []
    for candidate in sentences.values():
        note = notes.get(candidate.article.id)
        if note is not None and note.start <= candidate.span.start < note.end:
            continue
        if refuted(candidate.text, _others(notes, candidate)):
            continue
        speech = speeches.get((candidate.article.id, candidate.span.start))
        found += _in_sentence(candidate, wanted, speech)
    whole = {a.candidate.article.id for a in found if a.facet is not None or wanted.facet is None}
    return [a for a in found if a.facet is not None or a.candidate.article.id in whole]


def _rest(candidate: Candidate) -> list[Candidate]:
    """The other sentences of its article, with no score of their own."""
    article = candidate.article
    return [
        replace(candidate, span=s, text=article.body[s.start : s.end], score=0.0, covered=0.0)
        for s in sentence_spans(article, 0, min(len(article.body), _LONGEST))
    ]


def _others(notes: Mapping[str, Correction], candidate: Candidate) -> list[Correction]:
    return [note for id_, note in notes.items() if id_ != candidate.article.id]


def _in_sentence(candidate: Candidate, wanted: Sought, speech: Speech | None) -> list[Told]:
    text, language = candidate.text, candidate.article.language
    made: list[Told] = []
    for figure, said in read(candidate):
        if figure.kind not in wanted.kinds or _partial(text, figure) or _baseline(text, figure):
            continue
        if figure.kind is FigureKind.COUNT and figure.value != int(figure.value):
            continue  # "6.9 on the Richter scale"
        bare = said is None and figure.noun is None
        counted_so = bare and _NUMBER_AT.search(text[max(0, figure.start - _NEAR) : figure.at])
        if wanted.facet is not None and said is not wanted.facet and not counted_so:
            continue
        if wanted.noun is not None and not _same_noun(wanted, figure, said, language, counted_so):
            continue
        made.append(Told(candidate, figure, said, _party(text, figure, speech)))
    return made


def read(candidate: Candidate) -> list[tuple[Figure, Facet | None]]:
    """A sentence's quantities, each with what it is said of.

    A number that leaves its unit out ("now expects 205 million", "from 4 per
    cent to 3.75") takes that of the figure before it, in the sentence or in
    the paragraph, and what it is said of as well.
    """
    text, language = candidate.text, candidate.article.language
    body, start = candidate.article.body, candidate.span.start
    paragraph = body[body.rfind("\n", 0, start) + 1 : start]
    earlier = [f for f in figures(paragraph, language) if f.kind in QUANTITIES]
    last = earlier[-1] if earlier else None
    last_facet = facet_of(paragraph, last, earlier) if last is not None else None
    every = [f for f in figures(text, language) if f.kind in QUANTITIES]
    found: list[tuple[Figure, Facet | None]] = []
    for figure in every:
        said = facet_of(text, figure, every)
        between = text[found[-1][0].end : figure.start].strip() if found else ""
        joined = between in {"to", "or", "from"}
        scaled = _SCALED.search(text[figure.at : figure.to]) is not None
        if figure.unit is None and figure.noun is None and last is not None and last.unit:
            if joined or (scaled and last.kind is FigureKind.MONEY):
                figure = replace(figure, unit=last.unit, kind=last.kind)
                said = said or last_facet
        elif joined:
            said = said or last_facet
        found.append((figure, said))
        last, last_facet = figure, said
    return found


def _partial(text: str, figure: Figure) -> bool:
    before = text[max(0, figure.start - _NEAR) : figure.start]
    after = text[figure.end : figure.end + _NEAR]
    out_of = _PART_AFTER.match(text, figure.to) and figure.noun is None
    return bool(_PART_BEFORE.search(before) or out_of or _PART_AFTER.match(after))


def _baseline(text: str, figure: Figure) -> bool:
    before = text[max(0, figure.start - _NEAR) : figure.start]
    clause = text[max(0, figure.start - _NEAR) : figure.end + _NEAR // 2]
    return bool(_BASE_BEFORE.search(before) or _BASE_NEAR.search(clause))


def _same_noun(
    wanted: Sought, figure: Figure, said: Facet | None, language: str | None, counted_so: object
) -> bool:
    """Whether the figure counts what was asked: the same head noun, or people by another name."""
    if figure.noun is None:
        return (
            counted_so is not None and counted_so is not False
        ) or said is wanted.facet is not None
    key = language_key(language)
    asked, counted = (noun.split()[-1].lower() for noun in (wanted.noun or "", figure.noun))
    if asked in PEOPLE and counted in PEOPLE:
        return True
    return stems(asked, key) == stems(counted, key)


def _party(text: str, figure: Figure, speech: Speech | None) -> str:
    """Whose figure it is, in lower case; empty for the outlet's own."""
    near = text[max(0, figure.start - _NEAR) : figure.at]
    found = [m["who"].lower() for m in _PARTY.finditer(near)]
    if found:
        return found[-1].rstrip("s")
    return speech.speaker.lower() if speech is not None else ""
