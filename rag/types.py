"""The types that cross module boundaries: from a question to an answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from index.mentions import Mention
from index.types import Filters, Headline, Passage
from rag.remarks import Correction, Days, Difference, Speech
from rag.verdict import Verdict
from rag.written import Written


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier exchange: the question as asked and as searched, and the answer's text."""

    question: str
    searched: str
    answer: str = ""


class Asks(StrEnum):
    """What kind of answer a question asks for."""

    FACT = "fact"  # the sentences that answer
    TIMELINE = "timeline"  # what happened when: dated sentences in order
    SPEECH = "speech"  # what someone said: their words


@dataclass(frozen=True, slots=True)
class Question:
    """A question, understood.

    `text` is as asked, `searched` is what was searched for after a follow-up
    was resolved against `history`. `filters` are those in force: the reader's
    own and those read from the question. `notes` says in words what was
    understood ("dates: 1 to 30 November 2024"), for the reader to see and undo.
    `latest` says that the newest evidence is wanted, `speaker` and `topic` are
    whose words on what. `parts` are the questions that it holds, where it holds several.
    """

    text: str
    searched: str
    filters: Filters = Filters()
    history: tuple[Turn, ...] = ()
    notes: tuple[str, ...] = ()
    asks: Asks = Asks.FACT
    latest: bool = False
    speaker: str | None = None
    topic: str | None = None
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """A retrieved passage. Rank counts from 1; scores are comparable within one search."""

    passage: Passage
    article: Headline
    score: float
    rank: int
    dense: float | None = None  # cosine similarity, if the dense retriever found it
    lexical: float | None = None  # BM25, if the lexical retriever found it


@dataclass(frozen=True, slots=True)
class Story:
    """An article as it is named to a reader."""

    article_id: str
    title: str
    source: str | None
    author: str | None
    section: str | None
    url: str | None
    published: datetime | None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a sentence of an answer comes from.

    `quote` is verbatim: `article.body[start:end] == quote`. `link` is the
    publisher's page with a text fragment that jumps to the quote, or None
    where the article has no http(s) URL. `also_in` are syndicated copies.
    `dates` are the quote's words that mean a day only together with the day of
    publication ("on Tuesday"), resolved; their offsets count from the quote's start.
    `correction` is the article's own note that it was corrected.
    """

    number: int
    passage_id: str
    story: Story
    version: int
    quote: str
    start: int
    end: int
    link: str | None
    also_in: tuple[Story, ...] = ()
    dates: tuple[Mention, ...] = ()
    correction: Correction | None = None


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of an answer with the numbers of its citations.

    `speech` says whose claim it is, where it is someone's and not the paper's;
    `days` is the day it tells of, in a timeline. `verdict` is the verifier's on
    what a language model wrote; None for a sentence quoted word for word, which
    needs none.
    """

    text: str
    citations: tuple[int, ...]
    speech: Speech | None = None
    days: Days | None = None
    verdict: Verdict | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What a stream tells once the archive was searched: the stories that are read, best first."""

    stories: tuple[Story, ...]


@dataclass(frozen=True, slots=True)
class Grounding:
    """A sentence of anybody's, held against the archive.

    `start` and `end` are its offsets in the text that was given. `evidence` are
    the sentences that the verdict leans on, best first: `evidence[i].quote` is
    the text of `verdict.grounds[i]`.
    """

    text: str
    start: int
    end: int
    verdict: Verdict
    evidence: tuple[Citation, ...] = ()


class RefusalKind(StrEnum):
    """Why there is no answer."""

    EMPTY_ARCHIVE = "empty_archive"  # there are no articles
    OUTSIDE_FILTERS = "outside_filters"  # nothing matches the dates, sources or sections set
    NOT_FOUND = "not_found"  # its subject is here, an answer is not
    OFF_TOPIC = "off_topic"  # the archive has nothing on its subject
    ONLY_TEASED = "only_teased"  # only a teaser of a story that is not here mentions it
    NOT_UNDERSTOOD = "not_understood"  # no words that could be searched for
    TOO_VAGUE = "too_vague"  # it may mean several things: `readings` are some


@dataclass(frozen=True, slots=True)
class Refusal:
    """A refusal is an outcome with a type, not a string.

    `readings` are questions that the archive can answer, to choose from where
    the one asked was too vague.
    """

    kind: RefusalKind
    message: str
    nearest: tuple[Story, ...] = ()
    readings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """One of several questions asked at once.

    `sentences` are the indices, from 0, of the answer's sentences that answer
    it; empty where `refusal` says why there are none.
    """

    text: str
    searched: str
    sentences: tuple[int, ...]
    refusal: Refusal | None
    confidence: float


@dataclass(frozen=True, slots=True)
class Timings:
    """Milliseconds spent in each step; `read` is the reader's, once passages were found."""

    understand: float
    retrieve: float
    write: float
    total: float
    read: float = 0.0


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer: either sentences with citations, or a refusal.

    `as_of` is when it was made. `newest` is the publication date of the newest
    cited article. `searched` counts the articles that the filters let through,
    `first` and `last` the dates that those span. `confidence` is the
    calibrated probability, 0 to 1, that the archive answers the question.
    `invented` counts citations that a writer made up (always 0 for the
    extractive writer, which cannot). `differences` set side by side what the
    cited articles differ on. `today` is the day that "last week" counted from.
    A question that held several has its `parts`; it is refused as a whole only
    where every part is. `written` says what a language model had to do with it,
    None where none was asked.
    """

    id: str
    question: Question
    sentences: tuple[Sentence, ...]
    citations: tuple[Citation, ...]
    refusal: Refusal | None
    as_of: datetime
    newest: date | None
    searched: int
    first: date | None
    last: date | None
    confidence: float
    timings: Timings
    invented: int = 0
    differences: tuple[Difference, ...] = ()
    parts: tuple[Part, ...] = ()
    today: date | None = None
    written: Written | None = None

    @property
    def text(self) -> str:
        """The sentences with their citation numbers, or the refusal's message."""
        if self.refusal is not None:
            return self.refusal.message
        return " ".join(s.text + "".join(f" [{n}]" for n in s.citations) for s in self.sentences)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph of a source view, cut into (text, highlighted) runs."""

    runs: tuple[tuple[str, bool], ...]
    heading: bool = False


@dataclass(frozen=True, slots=True)
class SourceView:
    """A citation opened: the story, and the quote inside its surroundings.

    `before` and `after` say that the article goes on beyond what is shown.
    `outdated` is True when the version cited is not the current one.
    """

    citation: Citation
    paragraphs: tuple[Paragraph, ...]
    before: bool
    after: bool
    outdated: bool = False
