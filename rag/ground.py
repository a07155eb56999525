"""Anybody's text held against the archive, sentence by sentence.

claims ──> retrieve, for each ──> verify, article by article ──> evidence, cited

The passages of one article are read together and those of several apart: what
two reports say between them, neither says.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from index.archive import Archive
from index.embed import Embedder
from index.errors import QuestionError
from index.types import Article, Filters
from rag.cite import cite
from rag.claims import Piece, split
from rag.llm.passages import Source, usable
from rag.retrieve import query, retrieve
from rag.types import Citation, Grounding, Hit
from rag.verdict import Claim, Ground, State, Verdict, Verifier
from rag.verify import STRICT, verifier_for

MAX_TEXT = 20_000  # code points of a text
_HITS = 12  # passages that are retrieved for a sentence,
_ARTICLES = 4  # and articles among them that it is held against: each costs some 10 ms


@dataclass(frozen=True, slots=True)
class _Held:
    """A sentence with the passages that it may rest on, by article, best first."""

    piece: Piece
    groups: tuple[tuple[Source, ...], ...]
    language: str | None


class Grounder:
    """Verifies texts against one archive. Safe to share between threads.

    The verifier is the shipped one, at the threshold of what readers are shown
    as fact, unless another is given. It loads on first use.
    """

    def __init__(
        self, archive: Archive, embedder: Embedder, verifier: Verifier | None = None
    ) -> None:
        self._archive = archive
        self._embedder = embedder
        self._verifier = verifier
        self._lock = threading.Lock()

    def ground(
        self, text: str, filters: Filters = Filters(), day: date | None = None
    ) -> tuple[Grounding, ...]:
        """Each sentence of `text`, in order, with the verdict of the article that bears it best.

        `day` is the day that the text's own "last week" counts from. Raises
        QuestionError for an overlong text, and ModelError.
        """
        if len(text) > MAX_TEXT:
            raise QuestionError(
                f"The text is {len(text):,} characters long; check at most {MAX_TEXT:,} at a time."
            )
        held = [self._held(piece, filters) for piece in split(text)]
        claims = [
            Claim(each.piece.text, tuple(s.context for s in group), day, each.language)
            for each in held
            for group in each.groups or ((),)
        ]
        verdicts = iter(self._chosen().verify(claims) if claims else ())
        found = []
        for each in held:
            judged = [(next(verdicts), group) for group in each.groups or ((),)]
            found.append(self._grounding(each.piece, judged, filters))
        return tuple(found)

    def _held(self, piece: Piece, filters: Filters) -> _Held:
        if not piece.checkable:
            return _Held(piece, (), "en")
        wanted = query(piece.text, self._embedder, self._archive, filters)
        hits = retrieve(self._archive, wanted, _HITS, filters)
        ids = list(dict.fromkeys(hit.article.id for hit in hits))[:_ARTICLES]
        articles = self._archive.articles(ids, filters)
        current = [h for h in hits if _version(articles, h) == h.passage.version]
        groups: dict[str, list[Source]] = {}
        for source in usable(current, articles):
            groups.setdefault(source.article.id, []).append(source)
        # The words of a language are found in articles of that language.
        language = next((h.article.language for h in hits if h.lexical is not None), "en")
        return _Held(piece, tuple(map(tuple, groups.values())), language)

    def _grounding(
        self,
        piece: Piece,
        judged: Sequence[tuple[Verdict, tuple[Source, ...]]],
        filters: Filters,
    ) -> Grounding:
        """By the article that supports a sentence best, else the one that comes nearest."""
        supported = [each for each in judged if each[0].state is State.SUPPORTED]
        verdict, group = max(supported or judged, key=lambda each: each[0].score)
        grounds, evidence = self._cited(verdict, group, filters)
        return Grounding(
            piece.text, piece.start, piece.end, replace(verdict, grounds=grounds), evidence
        )

    def _cited(
        self, verdict: Verdict, group: tuple[Source, ...], filters: Filters
    ) -> tuple[tuple[Ground, ...], tuple[Citation, ...]]:
        """The grounds that stand word for word in their article, and a citation of each."""
        grounds, chosen = [], []
        for ground in verdict.grounds:
            source = group[ground.context]
            candidate = source.candidate(ground, verdict.score)
            if candidate is None:
                continue
            start = candidate.span.start - source.hit.passage.start
            end = candidate.span.end - source.hit.passage.start
            grounds.append(replace(ground, start=start, end=end, text=candidate.text))
            chosen.append(candidate)
        return tuple(grounds), cite(self._archive, chosen, filters)

    def _chosen(self) -> Verifier:
        with self._lock:
            if self._verifier is None:
                self._verifier = verifier_for(threshold=STRICT)
            return self._verifier


def _version(articles: Mapping[str, Article], hit: Hit) -> int | None:
    article = articles.get(hit.article.id)
    return article.version if article is not None else None
