"""Whether an answer's citations bear it out: ALCE's measures, and word for word.

Of Gao et al. 2023, "Enabling Large Language Models to Generate Text with
Citations": a statement's citation recall is 1 where the passages that it cites,
taken together, entail it; a citation counts as precise where its statement's
recall is 1 and it is not irrelevant, that is, it supports the statement alone
or the others do not without it. Here a statement is a sentence of the answer,
and "entail" is the verifier's verdict. What claims nothing (a greeting) is
no statement.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from eval.report.model import ClaimResult
from index.archive import Archive
from index.types import Article
from rag.types import Answer, Citation, Hit
from rag.verdict import Claim, Context, State, Verdict, Verifier

_PARAGRAPH = "\n\n"


@dataclass(frozen=True, slots=True)
class Cited:
    """What the citations of one answer are worth.

    `contexts` are the passages that it cites, each once, in order of citation;
    `claims` its sentences, each with the verdict on it by all of them. The
    measures are shares of this answer's statements, citations and quotes, None
    where it has none.
    """

    text: str
    contexts: tuple[Context, ...]
    claims: tuple[ClaimResult, ...]
    groundedness: float | None
    recall: float | None
    precision: float | None
    fidelity: float | None


def judge(answer: Answer, hits: Sequence[Hit], archive: Archive, verifier: Verifier) -> Cited:
    """Judge an answer by what it cites. Raises ModelError.

    `hits` are the passages found for its question: a citation is read in its
    passage, or where that is not among them, in its paragraph.
    """
    articles = _articles(answer, archive)
    passages = {hit.passage.id: hit.passage.text for hit in hits}
    contexts: list[Context] = []
    places: dict[int, int] = {}  # a citation's number -> its place in `contexts`
    for citation in answer.citations:
        context = _context(citation, passages, articles)
        if context not in contexts:
            contexts.append(context)
        places[citation.number] = contexts.index(context)
    text = " ".join(sentence.text for sentence in answer.sentences)
    cites = [
        tuple(dict.fromkeys(places[n] for n in sentence.citations if n in places))
        for sentence in answer.sentences
    ]
    verdicts = _verdicts(answer, contexts, cites, verifier)
    everything = tuple(range(len(contexts)))
    claims, start, recalls, precisions, grounded = [], 0, [], [], []
    for sentence, cited in zip(answer.sentences, cites, strict=True):
        verdict = verdicts[sentence.text, everything]
        claims.append(ClaimResult(sentence.text, start, start + len(sentence.text), verdict))
        start += len(sentence.text) + 1
        if verdict.state is State.NOT_CHECKABLE:
            continue
        grounded.append(_supports(verdict))
        together = bool(cited) and _supports(verdicts[sentence.text, cited])
        recalls.append(together)
        precisions += [
            together and not _irrelevant(sentence.text, one, cited, verdicts) for one in cited
        ]
    return Cited(
        text=text,
        contexts=tuple(contexts),
        claims=tuple(claims),
        groundedness=_share(grounded),
        recall=_share(recalls),
        precision=_share(precisions),
        fidelity=_share([_verbatim(citation, articles) for citation in answer.citations]),
    )


_Key = tuple[str, tuple[int, ...]]


def _verdicts(
    answer: Answer,
    contexts: Sequence[Context],
    cites: Sequence[tuple[int, ...]],
    verifier: Verifier,
) -> dict[_Key, Verdict]:
    """The verdict on each sentence by everything, by what it cites, by each alone and without.

    All in one call, each pair once, so that a case's verdicts do not depend on
    what else is being verified.
    """
    wanted: dict[_Key, None] = {}
    for sentence, cited in zip(answer.sentences, cites, strict=True):
        subsets = [tuple(range(len(contexts))), cited]
        for one in cited:
            subsets += [(one,), _without(cited, one)]
        wanted |= dict.fromkeys((sentence.text, subset) for subset in subsets)
    claims = [
        Claim(text, tuple(contexts[place] for place in subset), answer.today, _language(answer))
        for text, subset in wanted
    ]
    return dict(zip(wanted, verifier.verify(claims), strict=True)) if claims else {}


def _irrelevant(
    text: str, one: int, cited: tuple[int, ...], verdicts: Mapping[_Key, Verdict]
) -> bool:
    rest = _without(cited, one)
    return not _supports(verdicts[text, (one,)]) and _supports(verdicts[text, rest])


def _without(cited: tuple[int, ...], one: int) -> tuple[int, ...]:
    return tuple(place for place in cited if place != one)


def _supports(verdict: Verdict) -> bool:
    return verdict.state is State.SUPPORTED


def _share(held: Sequence[bool]) -> float | None:
    return sum(held) / len(held) if held else None


def _articles(answer: Answer, archive: Archive) -> dict[tuple[str, int], Article]:
    """The versions of articles that are cited, but for those that are gone."""
    named = dict.fromkeys((c.story.article_id, c.version) for c in answer.citations)
    found = {key: archive.article(*key) for key in named}
    return {key: article for key, article in found.items() if article is not None}


def _context(
    citation: Citation,
    passages: Mapping[str, str],
    articles: Mapping[tuple[str, int], Article],
) -> Context:
    text = passages.get(citation.passage_id)
    if text is None or citation.quote not in text:
        article = articles.get((citation.story.article_id, citation.version))
        text = _paragraph(article.body, citation) if article is not None else citation.quote
    published = citation.story.published
    return Context(
        text,
        citation.story.title,
        published.date() if published is not None else None,
        citation.story.language,
    )


def _paragraph(body: str, citation: Citation) -> str:
    """The paragraphs that a quote stands in."""
    start = body.rfind(_PARAGRAPH, 0, citation.start)
    end = body.find(_PARAGRAPH, citation.end)
    return body[start + len(_PARAGRAPH) if start >= 0 else 0 : end if end >= 0 else len(body)]


def _verbatim(citation: Citation, articles: Mapping[tuple[str, int], Article]) -> bool:
    """Whether a quote is, word for word, what its article has at its offsets."""
    article = articles.get((citation.story.article_id, citation.version))
    return article is not None and article.body[citation.start : citation.end] == citation.quote


def _language(answer: Answer) -> str | None:
    """The language of what is cited, which an answer is written in."""
    return next((c.story.language for c in answer.citations if c.story.language), "en")
