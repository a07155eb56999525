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
    written      null, or what a language model had to do with it, below
    timings_ms   milliseconds: understand, retrieve, read, write, and total

question
    text         as it was asked
    searched     what was searched for, once a follow-up was resolved
    notes        what was understood, in words ("dates: 1 to 30 November 2024")
    filters      those in force: after, before (dates, inclusive), sources, sections,
                 articles (ids)
    history      the earlier turns it was read with: question, searched, answer
    asks         fact, timeline or speech
    latest       true: the newest evidence is wanted
    speaker      whose words are wanted, and
    topic        on what; null unless it asks for speech
    parts        the questions that it holds, where it holds several

sentence
    text         verbatim from the article, unless a language model wrote it (`verdict`)
    citations    numbers of the citations that it rests on
    speech       null, or whose claim it is: speaker, role, place, and whether it is
                 direct (between quotation marks)
    days         null, or the days a line of a timeline tells of: first, last, and
                 the words that say so, empty where it is the day of publication
    verdict      null where it is verbatim, else the verifier's, below

verdict
    state        supported, contradicted, unsupported, not_checkable
    score        probability, 0 to 1, that the evidence supports it
    grounds      the evidence, best first: text, its context (the number of the text
                 that was looked into, from 0), its start and end there, and weight
    failures     what is wrong, in order: check (number, date, name, negation, quotation,
                 direction, words), the words with their start and end, what was found
                 in their place ("" for nothing), and whether the two are opposed

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

written
    model        the language model's name, as the endpoint knows it
    dropped      what it wrote and nothing bears out, each with its text and verdict
    mended       sentences whose citation was put right
    again        sentences that it was asked for once more
    invented_ids, invented_quotations
                 what it cited or quoted that does not exist
    prompt_tokens, completion_tokens, cost
                 as the endpoint counts them; cost in US dollars; null where not known
    fallback     null, or why the archive's own sentences stand in: unreachable, slow,
                 rate_limited, refused, failed, garbage, cut_short, nothing_held
"""

from __future__ import annotations

from typing import Final, TypedDict

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


class GroundJson(TypedDict):
    context: int
    start: int
    end: int
    text: str
    weight: float


class FailureJson(TypedDict):
    check: str
    words: str
    start: int
    end: int
    found: str
    opposed: bool


class VerdictJson(TypedDict):
    state: str
    score: float
    grounds: list[GroundJson]
    failures: list[FailureJson]


class DroppedJson(TypedDict):
    text: str
    verdict: VerdictJson


class WrittenJson(TypedDict):
    model: str
    dropped: list[DroppedJson]
    mended: int
    again: int
    invented_ids: int
    invented_quotations: int
    prompt_tokens: int | None
    completion_tokens: int | None
    cost: float | None
    fallback: str | None


class SentenceJson(TypedDict):
    text: str
    citations: list[int]
    speech: SpeechJson | None
    days: DaysJson | None
    verdict: VerdictJson | None


class FiltersJson(TypedDict):
    after: str | None
    before: str | None
    sources: list[str]
    sections: list[str]
    articles: list[str]


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
    read: float
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
    written: WrittenJson | None
