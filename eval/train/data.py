"""What the reader learns from: questions over articles and over single passages.

The two sources are different. SQuAD rows give a question, the sentence that
answers it and up to three neighbours on either side, article after article:
the articles are put back together from them, so that passages of any length
can be cut around (or beside) an answer. ClapNQ and SelQA rows are whole
passages with a title. Both lists come as JSON Lines, lower-cased and tokenised
in part; what a tokeniser did to the text is undone.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.corpus import read_rows
from rag.stopwords import STOPWORDS

WORD = re.compile(r"\w+(?:[.,']\w+)*")
_TELLING = 30  # characters; a shorter sentence stands in many texts by chance
_REACH = 12  # rows within which two of one article share a sentence
_LONGEST = 80  # sentences of an article; a longer one is taken apart
_BRACKETS = {"-lrb-": "(", "-rrb-": ")", "-lsb-": "[", "-rsb-": "]"}
_UNTOKENISED = (
    (re.compile(r"``\s*|\s*''"), '"'),
    (re.compile(r"\s*--\s*"), "–"),
    (re.compile(r"(?<=\w) - (?=\w)"), "-"),
    (re.compile(r"\s+(?=[.,;:!?%)\]])"), ""),
    (re.compile(r"(?<=[(\[$£#])\s+"), ""),
    (re.compile(r"\s+(?=(?:'s|'re|'ve|'ll|'d|n't|')(?:\s|$))"), ""),
    (re.compile(r"\s+"), " "),
)


@dataclass(frozen=True, slots=True)
class Example:
    """A question over the sentences of a passage; `answers` are the indices of those that answer.

    No answers: the passage does not hold one.
    """

    question: str
    title: str
    sentences: tuple[str, ...]
    answers: frozenset[int]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question about an article, and the number of the sentence that answers it."""

    question: str
    sentence: int


@dataclass(frozen=True, slots=True)
class Text:
    """An article: its sentences in order, and what is asked about them."""

    title: str
    sentences: tuple[str, ...]
    asked: tuple[Asked, ...]


@dataclass(frozen=True, slots=True)
class Sources:
    """Everything to learn from."""

    articles: tuple[Text, ...]
    passages: tuple[Example, ...]


def read_sources(folder: Path, unseen: Iterable[str] = ()) -> Sources:
    """`question_sentence.jsonl.gz` and `selection.jsonl.gz` of `folder`. Raises SourceError.

    `unseen` are the texts of benchmarks: a sentence that stands in one of them
    is left out, and what is asked about it.
    """
    hidden = "\n".join({plain(text) for text in unseen})
    rows = [row for _, row in read_rows(folder / "question_sentence.jsonl.gz")]
    passages = [_passage(row) for _, row in read_rows(folder / "selection.jsonl.gz")]
    return Sources(
        tuple(_without(text, hidden) for text in articles(rows)),
        tuple(p for p in passages if not any(_stands(s, hidden) for s in p.sentences)),
    )


def plain(text: str) -> str:
    """Letters and digits alone, in lower case: equal however a text was tokenised."""
    return re.sub(r"\W+", "", text.lower())


def _stands(sentence: str, hidden: str) -> bool:
    key = plain(sentence)
    return len(key) >= _TELLING and key in hidden


def _without(text: Text, hidden: str) -> Text:
    kept = [n for n, sentence in enumerate(text.sentences) if not _stands(sentence, hidden)]
    place = {old: new for new, old in enumerate(kept)}
    return Text(
        text.title,
        tuple(text.sentences[n] for n in kept),
        tuple(Asked(a.question, place[a.sentence]) for a in text.asked if a.sentence in place),
    )


def untokenised(text: str) -> str:
    """Text as it was before a treebank tokeniser: brackets, quotation marks, spaces."""
    for mark, bracket in _BRACKETS.items():
        text = re.sub(re.escape(mark), bracket, text, flags=re.IGNORECASE)
    for pattern, instead in _UNTOKENISED:
        text = pattern.sub(instead, text)
    return text.strip()


def _passage(row: dict[str, Any]) -> Example:
    return Example(
        untokenised(row["question"]),
        untokenised(row.get("title") or ""),
        tuple(untokenised(sentence) for sentence in row["sentences"]),
        frozenset(row["answer_sentences"]) if row["answerable"] else frozenset(),
    )


def articles(rows: list[dict[str, Any]]) -> list[Text]:
    """Articles from rows whose `sentence` stands between its neighbours in `near`.

    Rows near each other that share a sentence are of one article. Its sentences
    are put in an order that agrees with that of all neighbourhoods, as far as
    those agree.
    """
    made = []
    for group in _grouped(rows):
        order = _ordered(group)
        parts = math.ceil(len(order) / _LONGEST)
        for part in range(parts):
            start, end = (len(order) * n // parts for n in (part, part + 1))
            place = {sentence: n for n, sentence in enumerate(order[start:end])}
            asked = tuple(
                Asked(untokenised(row["question"]), place[row["sentence"]])
                for row in group
                if row["sentence"] in place
            )
            made.append(Text("", tuple(map(untokenised, order[start:end])), asked))
    titles = guess_titles(made)
    return [Text(title, t.sentences, t.asked) for title, t in zip(titles, made, strict=True)]


def _grouped(rows: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    groups: list[list[dict[str, Any]]] = []
    for row in rows:
        shown = {row["sentence"], *row["near"]}
        recent = groups[-1][-_REACH:] if groups else []
        if any(shown & {other["sentence"], *other["near"]} for other in recent):
            groups[-1].append(row)
        else:
            groups.append([row])
    return groups


def _ordered(group: list[dict[str, Any]]) -> list[str]:
    """Kahn's topological sort over "stands before"; ties and cycles go by first appearance."""
    # Where an article begins or ends, the sentence stands elsewhere among its neighbours:
    # the order is that of the neighbours alone.
    seen: dict[str, int] = {}
    after: dict[str, set[str]] = defaultdict(set)
    before: Counter[str] = Counter()
    for row in group:
        for sentence in (*row["near"][:3], row["sentence"], *row["near"][3:]):
            seen.setdefault(sentence, len(seen))
        for pair in zip(row["near"], row["near"][1:], strict=False):
            if pair[0] != pair[1] and pair[1] not in after[pair[0]]:
                after[pair[0]].add(pair[1])
                before[pair[1]] += 1
    left = dict(seen)
    order = []
    while left:
        free = [sentence for sentence in left if before[sentence] <= 0]
        chosen = min(free or left, key=lambda sentence: left[sentence])
        order.append(chosen)
        del left[chosen]
        for following in after[chosen]:
            before[following] -= 1
    return order


def guess_titles(texts: list[Text]) -> list[str]:
    """The one or two words that tell an article most from the others (tf-idf of its questions)."""
    counts = [
        Counter(
            word
            for asked in text.asked
            for word in WORD.findall(asked.question.lower())
            if word not in STOPWORDS and not word.isdigit()
        )
        for text in texts
    ]
    spread = Counter(word for count in counts for word in count)
    titles = []
    for count in counts:
        weight = {w: c * math.log((1 + len(texts)) / spread[w]) for w, c in count.items()}
        best = sorted(weight, key=lambda word: -weight[word])[:2]
        titles.append(" ".join(w for w in best if weight[w] >= weight[best[0]] / 2))
    return titles
