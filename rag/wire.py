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
    differences  where the cited articles differ, below; usually empty
    parts        the questions asked, where they were several, below; usually empty
    today        the day that "last week" counted from
    timings_ms   milliseconds: understand, retrieve, write, and total

question
    text         as it was asked
    searched     what was searched for, once a follow-up was resolved
    notes        what was understood, in words ("dates: 1 to 30 November 2024")
    filters      those in force: after, before (dates, inclusive), sources, sections
    history      the earlier turns it was read with: question, searched, answer
    asks         fact, timeline or speech
    latest       true: the newest evidence is wanted
    speaker      whose words are wanted, and
    topic        on what; null unless it asks for speech
    parts        the questions that it holds, where it holds several

sentence
    text         verbatim from the article, for the extractive writer
    citations    numbers of the citations that it rests on
    speech       null, or whose claim it is: speaker, role, place, and whether it is
                 direct (between quotation marks)
    days         null, or the days a line of a timeline tells of: first, last, and
                 the words that say so, empty where it is the day of publication

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
    correction   null, or the article's own note that it was corrected: text, start, end, on
    and every field of a story

story
    article_id, title, source, author, section, url, published, language

refusal
    kind         empty_archive, outside_filters, not_found, off_topic, only_teased,
                 not_understood, too_vague
    message      the same as a sentence for readers
    nearest      up to three stories that come nearest
    readings     questions that can be answered, to choose from, where it is too vague

difference
    kind         disagree, or changed (each was right when it was written)
    about        what the accounts are of
    accounts     oldest first: words (verbatim from the cited sentence), value (the
                 figure in them, or null), citation (its number), on (its day)

part
    text         one of the questions, and
    searched     what was searched for
    sentences    indices, from 0, of the answer's sentences that answer it
    refusal      null, or why there is no answer to this one
    confidence   probability, 0 to 1, that the archive answers it
"""

from __future__ import annotations

from datetime import date
from typing import Final, TypedDict

from index.mentions import Mention
from index.types import Filters
from rag.remarks import Correction, Days, Difference, Speech
from rag.types import Answer, Citation, Part, Question, Refusal, Sentence, Story, Timings

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


class CorrectionJson(TypedDict):
    text: str
    start: int
    end: int
    on: str | None


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
    correction: CorrectionJson | None


class SpeechJson(TypedDict):
    speaker: str
    role: str | None
    place: str | None
    direct: bool


class DaysJson(TypedDict):
    first: str
    last: str
    words: str


class SentenceJson(TypedDict):
    text: str
    citations: list[int]
    speech: SpeechJson | None
    days: DaysJson | None


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
    asks: str
    latest: bool
    speaker: str | None
    topic: str | None
    parts: list[str]


class RefusalJson(TypedDict):
    kind: str
    message: str
    nearest: list[StoryJson]
    readings: list[str]


class AccountJson(TypedDict):
    words: str
    value: float | None
    citation: int
    on: str | None


class DifferenceJson(TypedDict):
    kind: str
    about: str
    accounts: list[AccountJson]


class PartJson(TypedDict):
    text: str
    searched: str
    sentences: list[int]
    refusal: RefusalJson | None
    confidence: float


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
    differences: list[DifferenceJson]
    parts: list[PartJson]
    today: str | None


def to_json(answer: Answer) -> AnswerJson:
    """The answer in plain dicts, lists, text and numbers, as documented above."""
    return {
        "schema": SCHEMA,
        "id": answer.id,
        "question": _question(answer.question),
        "answered": answer.refusal is None,
        "sentences": [_sentence(each) for each in answer.sentences],
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
        "differences": [_difference(each) for each in answer.differences],
        "parts": [_part(each) for each in answer.parts],
        "today": _iso(answer.today),
    }


def _sentence(sentence: Sentence) -> SentenceJson:
    return {
        "text": sentence.text,
        "citations": list(sentence.citations),
        "speech": _speech(sentence.speech) if sentence.speech else None,
        "days": _days(sentence.days) if sentence.days else None,
    }


def _speech(speech: Speech) -> SpeechJson:
    return {
        "speaker": speech.speaker,
        "role": speech.role,
        "place": speech.place,
        "direct": speech.direct,
    }


def _days(days: Days) -> DaysJson:
    return {"first": days.first.isoformat(), "last": days.last.isoformat(), "words": days.words}


def _difference(difference: Difference) -> DifferenceJson:
    return {
        "kind": difference.kind.value,
        "about": difference.about,
        "accounts": [
            {
                "words": each.words,
                "value": each.value,
                "citation": each.citation,
                "on": _iso(each.on),
            }
            for each in difference.accounts
        ],
    }


def _part(part: Part) -> PartJson:
    return {
        "text": part.text,
        "searched": part.searched,
        "sentences": list(part.sentences),
        "refusal": _refusal(part.refusal) if part.refusal else None,
        "confidence": round(part.confidence, 4),
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
        "asks": question.asks.value,
        "latest": question.latest,
        "speaker": question.speaker,
        "topic": question.topic,
        "parts": list(question.parts),
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
        "correction": _correction(citation.correction) if citation.correction else None,
    }


def _correction(correction: Correction) -> CorrectionJson:
    return {
        "text": correction.text,
        "start": correction.start,
        "end": correction.end,
        "on": _iso(correction.on),
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
        "readings": list(refusal.readings),
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
