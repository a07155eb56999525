"""An answer as JSON: the schema that other programs may rely on.

`byline ask --json` prints it. Within `byline.answer/1` fields are only ever
added; one that is renamed, removed or means something else makes it `/2`.
Times are ISO 8601 with their zone, dates `YYYY-MM-DD`; what is unknown is null.

answer
    schema       "byline.answer/1"
    id           names this answer, for feedback
    question     as it was understood, below
    answered     true: `sentences` answer it; false: `refusal` says why not
    sentences    in reading order; empty for a refusal
    citations    in order of their numbers; empty for a refusal
    refusal      null, or why there is no answer, below
    as_of        when the answer was made
    newest       the date of the newest cited article
    searched     how many articles the filters let through
    first, last  the dates that those span
    confidence   probability, 0 to 1, that the archive answers the question
    invented     citations that the writer made up; they are counted and never shown
    timings_ms   milliseconds: understand, retrieve, write, and total

question
    text         as it was asked
    searched     what was searched for, once a follow-up was resolved
    notes        what was understood, in words ("dates: 1 to 30 November 2024")
    filters      those in force: after, before (dates, inclusive), sources, sections
    history      the earlier turns it was read with: question, searched, answer

sentence
    text         verbatim from the article, for the extractive writer
    citations    numbers of the citations that it rests on

citation
    number       what the sentences refer to, from 1
    passage_id   the passage the quote was found in
    version      the version of the article that was quoted
    quote        verbatim: the article's body from `start` to `end`
    start, end   Unicode code points into the body of that version
    link         the publisher's page, opened at the quote
    also_in      syndicated copies of the article, each a story
    dates        words of the quote that mean a day only together with the day of
                 publication ("on Tuesday"): words, their start and end in the quote,
                 and the first and last day that they mean
    and every field of a story

story
    article_id, title, source, author, section, url, published, language

refusal
    kind         empty_archive, outside_filters, not_found, only_teased, not_understood
    message      the same as a sentence for readers
    nearest      up to three stories that come nearest
"""

from __future__ import annotations

from datetime import date
from typing import Final, TypedDict

from index.mentions import Mention
from index.types import Filters
from rag.types import Answer, Citation, Question, Refusal, Story, Timings

SCHEMA: Final = "byline.answer/1"


class StoryJson(TypedDict):
    article_id: str
    title: str
    source: str | None
    author: str | None
    section: str | None
    url: str | None
    published: str | None
    language: str | None


class MentionJson(TypedDict):
    words: str
    start: int
    end: int
    first: str
    last: str


class CitationJson(StoryJson):
    number: int
    passage_id: str
    version: int
    quote: str
    start: int
    end: int
    link: str | None
    also_in: list[StoryJson]
    dates: list[MentionJson]


class SentenceJson(TypedDict):
    text: str
    citations: list[int]


class FiltersJson(TypedDict):
    after: str | None
    before: str | None
    sources: list[str]
    sections: list[str]


class TurnJson(TypedDict):
    question: str
    searched: str
    answer: str


class QuestionJson(TypedDict):
    text: str
    searched: str
    notes: list[str]
    filters: FiltersJson
    history: list[TurnJson]


class RefusalJson(TypedDict):
    kind: str
    message: str
    nearest: list[StoryJson]


class TimingsJson(TypedDict):
    understand: float
    retrieve: float
    write: float
    total: float


class AnswerJson(TypedDict):
    schema: str
    id: str
    question: QuestionJson
    answered: bool
    sentences: list[SentenceJson]
    citations: list[CitationJson]
    refusal: RefusalJson | None
    as_of: str
    newest: str | None
    searched: int
    first: str | None
    last: str | None
    confidence: float
    invented: int
    timings_ms: TimingsJson


def to_json(answer: Answer) -> AnswerJson:
    """The answer in plain dicts, lists, text and numbers, as documented above."""
    return {
        "schema": SCHEMA,
        "id": answer.id,
        "question": _question(answer.question),
        "answered": answer.refusal is None,
        "sentences": [
            {"text": each.text, "citations": list(each.citations)} for each in answer.sentences
        ],
        "citations": [_citation(each) for each in answer.citations],
        "refusal": _refusal(answer.refusal) if answer.refusal else None,
        "as_of": answer.as_of.isoformat(),
        "newest": _iso(answer.newest),
        "searched": answer.searched,
        "first": _iso(answer.first),
        "last": _iso(answer.last),
        "confidence": round(answer.confidence, 4),
        "invented": answer.invented,
        "timings_ms": _timings(answer.timings),
    }


def _question(question: Question) -> QuestionJson:
    return {
        "text": question.text,
        "searched": question.searched,
        "notes": list(question.notes),
        "filters": _filters(question.filters),
        "history": [
            {"question": turn.question, "searched": turn.searched, "answer": turn.answer}
            for turn in question.history
        ],
    }


def _filters(filters: Filters) -> FiltersJson:
    return {
        "after": _iso(filters.after),
        "before": _iso(filters.before),
        "sources": list(filters.sources),
        "sections": list(filters.sections),
    }


def _story(story: Story) -> StoryJson:
    return {
        "article_id": story.article_id,
        "title": story.title,
        "source": story.source,
        "author": story.author,
        "section": story.section,
        "url": story.url,
        "published": _iso(story.published),
        "language": story.language,
    }


def _citation(citation: Citation) -> CitationJson:
    return {
        **_story(citation.story),
        "number": citation.number,
        "passage_id": citation.passage_id,
        "version": citation.version,
        "quote": citation.quote,
        "start": citation.start,
        "end": citation.end,
        "link": citation.link,
        "also_in": [_story(each) for each in citation.also_in],
        "dates": [_mention(each) for each in citation.dates],
    }


def _mention(mention: Mention) -> MentionJson:
    return {
        "words": mention.words,
        "start": mention.start,
        "end": mention.end,
        "first": mention.first.isoformat(),
        "last": mention.last.isoformat(),
    }


def _refusal(refusal: Refusal) -> RefusalJson:
    return {
        "kind": refusal.kind.value,
        "message": refusal.message,
        "nearest": [_story(each) for each in refusal.nearest],
    }


def _timings(timings: Timings) -> TimingsJson:
    return {
        "understand": round(timings.understand, 2),
        "retrieve": round(timings.retrieve, 2),
        "write": round(timings.write, 2),
        "total": round(timings.total, 2),
    }


def _iso(moment: date | None) -> str | None:
    """A date, or a datetime (which is one) with its zone."""
    return moment.isoformat() if moment else None
