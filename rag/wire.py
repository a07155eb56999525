"""An answer as JSON, in the shape that `rag.schema` documents."""

from __future__ import annotations

from datetime import date

from index.mentions import Mention
from index.types import Filters
from rag.remarks import Correction, Days, Difference, Speech
from rag.schema import (
    SCHEMA,
    AnswerJson,
    CitationJson,
    CorrectionJson,
    DaysJson,
    DifferenceJson,
    FiltersJson,
    MentionJson,
    PartJson,
    QuestionJson,
    RefusalJson,
    SentenceJson,
    SpeechJson,
    StoryJson,
    TimingsJson,
    VerdictJson,
    WrittenJson,
)
from rag.types import Answer, Citation, Part, Question, Refusal, Sentence, Story, Timings
from rag.verdict import Verdict
from rag.written import Written


def to_json(answer: Answer) -> AnswerJson:
    """The answer in plain dicts, lists, text and numbers, as documented in `rag.schema`."""
    return {
        "schema": SCHEMA,
        "id": answer.id,
        "question": question_json(answer.question),
        "answered": answer.refusal is None,
        "sentences": [sentence_json(each) for each in answer.sentences],
        "citations": [citation_json(each) for each in answer.citations],
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
        "written": _written(answer.written) if answer.written else None,
    }


def sentence_json(sentence: Sentence) -> SentenceJson:
    """A sentence alone, as within an answer."""
    return {
        "text": sentence.text,
        "citations": list(sentence.citations),
        "speech": _speech(sentence.speech) if sentence.speech else None,
        "days": _days(sentence.days) if sentence.days else None,
        "verdict": verdict_json(sentence.verdict) if sentence.verdict else None,
    }


def verdict_json(verdict: Verdict) -> VerdictJson:
    """A verdict alone, as within an answer."""
    return {
        "state": verdict.state.value,
        "score": round(verdict.score, 4),
        "grounds": [
            {
                "context": ground.context,
                "start": ground.start,
                "end": ground.end,
                "text": ground.text,
                "weight": round(ground.weight, 4),
            }
            for ground in verdict.grounds
        ],
        "failures": [
            {
                "check": failure.check.value,
                "words": failure.words,
                "start": failure.start,
                "end": failure.end,
                "found": failure.found,
                "opposed": failure.opposed,
            }
            for failure in verdict.failures
        ],
    }


def _written(written: Written) -> WrittenJson:
    return {
        "model": written.model,
        "dropped": [
            {"text": each.text, "verdict": verdict_json(each.verdict)} for each in written.dropped
        ],
        "mended": written.mended,
        "again": written.again,
        "invented_ids": written.invented_ids,
        "invented_quotations": written.invented_quotations,
        "prompt_tokens": written.prompt_tokens,
        "completion_tokens": written.completion_tokens,
        "cost": written.cost,
        "fallback": written.fallback.value if written.fallback else None,
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


def question_json(question: Question) -> QuestionJson:
    """A question as it was understood, alone."""
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
        "articles": list(filters.articles),
    }


def story_json(story: Story) -> StoryJson:
    """An article as it is named to a reader."""
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


def citation_json(citation: Citation) -> CitationJson:
    """A citation alone, as within an answer."""
    return {
        **story_json(citation.story),
        "number": citation.number,
        "passage_id": citation.passage_id,
        "version": citation.version,
        "quote": citation.quote,
        "start": citation.start,
        "end": citation.end,
        "link": citation.link,
        "also_in": [story_json(each) for each in citation.also_in],
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
        "nearest": [story_json(each) for each in refusal.nearest],
        "readings": list(refusal.readings),
    }


def _timings(timings: Timings) -> TimingsJson:
    return {
        "understand": round(timings.understand, 2),
        "retrieve": round(timings.retrieve, 2),
        "read": round(timings.read, 2),
        "write": round(timings.write, 2),
        "total": round(timings.total, 2),
    }


def _iso(moment: date | None) -> str | None:
    """A date, or a datetime (which is one) with its zone."""
    return moment.isoformat() if moment else None
