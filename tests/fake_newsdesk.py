"""A newsdesk with four stories and the manners of the real one: for what serves other sites."""

from __future__ import annotations

import itertools
import re
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

from index.errors import ArchiveReadOnly, QuestionError
from index.types import Article, Coverage, Facets, Filters, Headline, Passage, Span
from rag.types import (
    Answer,
    Citation,
    Found,
    Grounding,
    Hit,
    Paragraph,
    Question,
    Refusal,
    RefusalKind,
    Sentence,
    SourceView,
    Story,
    Timings,
    Turn,
)
from rag.verdict import Check, Failure, Ground, State, Verdict
from tests.fake_desk import AROUND, COPY, FARES, FERRY, QUOTES, FakeDesk

MUSEUM = Story(
    "a3",
    "Museum of the sound reopens after four years",
    "Northern Post",
    "Ilse Aaberg",
    "Culture",
    "https://post.example/culture/museum?edition=2",
    datetime(2025, 3, 9, 8, 0, tzinfo=UTC),
    "en",
)
REOPENED = "The museum of the sound reopened on Sunday after four years of repairs."


def _article(story: Story, quote: str, original: str | None = None) -> Article:
    heading = "What it costs"
    body = "\n\n".join((AROUND[0], quote, AROUND[1], heading, AROUND[2]))
    start = body.index(heading)
    return Article(
        story.article_id,
        story.url,
        story.title,
        body,
        source=story.source,
        author=story.author,
        section=story.section,
        language=story.language,
        published=story.published,
        modified=story.published + timedelta(hours=2) if story.published else None,
        version=2 if story is FERRY else 1,
        headings=(Span(start, start + len(heading)),),
        original=original,
    )


ARTICLES = {
    article.id: article
    for article in (
        _article(FERRY, QUOTES[0]),
        _article(COPY, QUOTES[0], original=FERRY.article_id),
        _article(FARES, QUOTES[1]),
        _article(MUSEUM, REOPENED),
    )
}
STORIES = {story.article_id: story for story in (FERRY, COPY, FARES, MUSEUM)}
QUOTED = {"a1": QUOTES[0], "a1c": QUOTES[0], "a2": QUOTES[1], "a3": REOPENED}


@dataclass(frozen=True, slots=True)
class Kept:
    """A reader's verdict as it was kept."""

    answer_id: str
    question: str
    answer: str
    confidence: float
    helpful: bool
    reason: str


@dataclass(slots=True)
class Streams:
    """What became of the answers that were begun: how many are open, were closed early, at most."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    open: int = 0
    most: int = 0
    ended: int = 0
    given_up: int = 0
    changed: threading.Event = field(default_factory=threading.Event)

    def begin(self) -> None:
        with self.lock:
            self.open += 1
            self.most = max(self.most, self.open)

    def end(self, *, whole: bool) -> None:
        with self.lock:
            self.open -= 1
            self.ended += whole
            self.given_up += not whole
        self.changed.set()


class FakeNewsdesk(FakeDesk):
    """Answers what mentions a ferry, a fare or the museum; `pace` is seconds before each event.

    A question with "explode" raises what nobody foresaw, with "complain" a
    QuestionError, and with "endless" says sentence after sentence until closed.
    """

    def __init__(self, *, pace: float = 0.0) -> None:
        super().__init__(pace=pace)
        self.verdicts: list[Kept] = []
        self.seen: list[tuple[str, Filters]] = []  # (what was called, the filters it got)
        self.streams = Streams()
        self._numbers = itertools.count(1)

    def ask(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        filters: Filters = Filters(),
        infer: bool = True,
    ) -> Answer:
        *_, answer = self.stream(question, history=history, filters=filters, infer=infer)
        assert isinstance(answer, Answer)
        return answer

    def stream(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        filters: Filters = Filters(),
        infer: bool = True,
    ) -> Iterator[Question | Found | Sentence | Answer]:
        with self.lock:
            self.asked.append((question, tuple(history), filters, infer))
            self.seen.append(("stream", filters))
        self.streams.begin()
        whole = False
        try:
            if "explode" in question:
                raise RuntimeError("secret path /srv/archive.db")
            if "complain" in question:
                raise QuestionError("Please put that as a question.")
            understood = self._understand(question, history, filters, infer)
            yield understood
            answer = self._answer(understood)
            time.sleep(self.pace)
            yield Found(tuple(citation.story for citation in answer.citations))
            for said in answer.sentences:
                time.sleep(self.pace)
                yield said
            while "endless" in question:
                time.sleep(self.pace or 0.01)
                yield Sentence("And so on.", ())
            time.sleep(self.pace)
            whole = True
            yield answer
        finally:
            self.streams.end(whole=whole)

    def _answer(self, question: Question) -> Answer:
        stories = self._matching(question.searched, question.filters)
        citations = tuple(self._citation(n, story) for n, story in enumerate(stories, 1))
        refusal = None
        if not citations:
            kind = RefusalKind.OUTSIDE_FILTERS if question.filters else RefusalKind.NOT_FOUND
            nearest = tuple(s for s in STORIES.values() if passes(s, question.filters))
            refusal = Refusal(kind, "Nothing here answers this.", nearest[:3])
        dates = [c.story.published.date() for c in citations if c.story.published]
        return Answer(
            id=f"answer-{next(self._numbers)}",
            question=question,
            sentences=tuple(Sentence(c.quote, (c.number,)) for c in citations),
            citations=citations,
            refusal=refusal,
            as_of=datetime.now(UTC),
            newest=max(dates, default=None),
            searched=34,
            first=date(2024, 1, 3),
            last=date(2025, 6, 12),
            confidence=0.9 if citations else 0.1,
            timings=Timings(1, 2, 3, 6),
        )

    def _matching(self, text: str, filters: Filters) -> list[Story]:
        words = text.lower()
        named = {"a1": "ferry" in words, "a2": "fare" in words or "cost" in words}
        named["a3"] = "museum" in words
        return [STORIES[a] for a, wanted in named.items() if wanted and passes(STORIES[a], filters)]

    def _citation(self, number: int, story: Story) -> Citation:
        article, quote = ARTICLES[story.article_id], QUOTED[story.article_id]
        start = article.body.index(quote)
        return Citation(
            number,
            f"{article.id}.v{article.version}.{number}",
            story,
            article.version,
            quote,
            start,
            start + len(quote),
            f"{story.url}#:~:text=council" if story.url else None,
            (COPY,) if story is FERRY else (),
        )

    def search(
        self, question: str, *, count: int = 10, filters: Filters = Filters()
    ) -> tuple[Hit, ...]:
        self.seen.append(("search", filters))
        if "explode" in question:
            raise RuntimeError("secret path /srv/archive.db")
        if "complain" in question:
            raise QuestionError("Please put that as a question.")
        found = self._matching(question, filters)[:count]
        return tuple(self._hit(n, self._citation(n, story)) for n, story in enumerate(found, 1))

    def _hit(self, rank: int, cited: Citation) -> Hit:
        article = ARTICLES[cited.story.article_id]
        return Hit(
            Passage(
                cited.passage_id,
                article.id,
                cited.version,
                rank,
                cited.start,
                cited.end,
                cited.quote,
            ),
            Headline(
                article.id,
                article.url,
                article.title,
                article.source,
                article.author,
                article.section,
                article.language,
                article.published,
                article.modified,
                article.version,
                article.original,
            ),
            1 / rank,
            rank,
        )

    def article(
        self, article_id: str, *, version: int | None = None, filters: Filters = Filters()
    ) -> Article | None:
        self.seen.append(("article", filters))
        article = ARTICLES.get(article_id)
        if article is None or not passes(STORIES[article_id], filters):
            return None
        if version is None or version == article.version:
            return article
        return replace(article, version=version) if 1 <= version < article.version else None

    def excerpt(
        self,
        article_id: str,
        version: int,
        start: int,
        end: int,
        *,
        filters: Filters = Filters(),
    ) -> SourceView | None:
        article = self.article(article_id, version=version, filters=filters)
        if article is None or not 0 <= start < end <= len(article.body):
            return None
        story = STORIES[article_id]
        citation = replace(
            self._citation(1, story),
            version=version,
            quote=article.body[start:end],
            start=start,
            end=end,
        )
        paragraphs = []
        for found in re.finditer(r"[^\n]+", article.body):
            first, last = found.span()
            left, right = max(first, start), min(last, end)
            runs = [(article.body[first:last], False)]
            if left < right:
                cut = [(article.body[first:left], False), (article.body[left:right], True)]
                runs = [*cut, (article.body[right:last], False)]
            heading = Span(first, last) in article.headings
            paragraphs.append(Paragraph(tuple(run for run in runs if run[0]), heading))
        current = ARTICLES[article_id].version
        return SourceView(
            citation,
            tuple(paragraphs),
            before=False,
            after=False,
            outdated=version != current,
        )

    def article_at(self, url: str) -> str | None:
        return next((s.article_id for s in STORIES.values() if s.url == url), None)

    def related(
        self, article_id: str, *, count: int = 30, filters: Filters = Filters()
    ) -> tuple[str, ...]:
        near = {"a1": ("a1", "a2"), "a1c": ("a1c", "a1", "a2"), "a2": ("a2", "a1"), "a3": ("a3",)}
        found = near.get(article_id, ())
        return tuple(each for each in found if passes(STORIES[each], filters))[:count]

    def verify(self, text: str, *, filters: Filters = Filters()) -> tuple[Grounding, ...]:
        self.seen.append(("verify", filters))
        if "explode" in text:
            raise RuntimeError("secret path /srv/archive.db")
        return tuple(
            self._grounding(found.group(), found.start(), found.end(), filters)
            for found in re.finditer(r"[^\s.][^.]*\.?", text)
        )

    def _grounding(self, text: str, start: int, end: int, filters: Filters) -> Grounding:
        evidence = tuple(
            self._citation(n, story) for n, story in enumerate(self._matching(text, filters)[:1], 1)
        )
        grounds = tuple(Ground(0, 0, len(c.quote), c.quote, 0.9) for c in evidence)
        if not evidence:
            return Grounding(text, start, end, Verdict(State.UNSUPPORTED, 0.02))
        if "twelve" in text:
            at = text.index("twelve")
            failure = Failure(Check.NUMBER, "twelve", at, at + 6, "11", opposed=True)
            verdict = Verdict(State.CONTRADICTED, 0.05, grounds, (failure,))
            return Grounding(text, start, end, verdict, evidence)
        return Grounding(text, start, end, Verdict(State.SUPPORTED, 0.95, grounds), evidence)

    def examples(self, n: int = 4, *, filters: Filters = Filters()) -> tuple[str, ...]:
        self.seen.append(("examples", filters))
        return tuple(q for q in super().examples(9) if not filters or self._matching(q, filters))[
            :n
        ]

    def facets(self, filters: Filters = Filters()) -> Facets:
        found = [story for story in STORIES.values() if passes(story, filters)]
        sources = Counter(story.source for story in found if story.source)
        sections = Counter(story.section for story in found if story.section)
        covered = self.coverage(filters)
        return Facets(
            tuple(sources.most_common()),
            tuple(sections.most_common()),
            covered.first,
            covered.last,
        )

    def coverage(self, filters: Filters = Filters()) -> Coverage:
        self.seen.append(("coverage", filters))
        found = [story for story in STORIES.values() if passes(story, filters)]
        days = sorted(story.published.date() for story in found if story.published)
        return Coverage(len(found), days[0] if days else None, days[-1] if days else None)

    def remember(
        self,
        *,
        answer_id: str,
        question: str,
        answer: str,
        confidence: float,
        helpful: bool,
        reason: str = "",
    ) -> None:
        if self.read_only:
            raise ArchiveReadOnly("/srv/archive may only be read, so your verdict was not kept.")
        with self.lock:
            self.verdicts.append(Kept(answer_id, question, answer, confidence, helpful, reason))


def passes(story: Story, filters: Filters) -> bool:
    """Whether the filters let a story through, as the archive says."""
    day = story.published.date() if story.published else None
    if (filters.after or filters.before) and day is None:
        return False
    if day and (
        (filters.after and day < filters.after) or (filters.before and day > filters.before)
    ):
        return False
    for wanted, name in ((filters.sources, story.source), (filters.sections, story.section)):
        if wanted and (name or "").casefold() not in {each.casefold() for each in wanted}:
            return False
    return not filters.articles or story.article_id in filters.articles
