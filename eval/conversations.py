"""Follow-ups: is what a last turn needs found, and is what it cannot get refused?

A conversation is put to the product as the chat puts it: the earlier questions
and their answers are the history, and the last question is resolved against
it. Only turns with history are measured; the others are plain questions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from eval import metrics
from eval.asking import KEPT, TODAY, Desk, Progress, Setup, temporary
from eval.binary import Judged
from eval.corpus import index_corpus, read_rows
from eval.figures import Figure, Refusing, mean, refusing
from eval.refusal import asked_of
from eval.retrieval import DEPTH, by_step
from index.errors import QuestionError, SourceError
from index.types import Filters
from rag.gather import gather
from rag.retrieve import Step, query
from rag.types import Hit, Question, Turn
from rag.understand import Understood, clean, understand

ALONE, RESOLVED = "last turn alone", "resolved"
ANSWERABLE, UNANSWERABLE = "ANSWERABLE", "UNANSWERABLE"


@dataclass(frozen=True, slots=True)
class Message:
    """A last question with what was said before it.

    `answerability` is the collection's word for it, "" where it has none.
    """

    conversation: str
    question: str
    history: tuple[Turn, ...]
    relevant: frozenset[str]
    answerability: str


@dataclass(frozen=True, slots=True)
class Ranked:
    """How one way of searching ranks the passages that are relevant."""

    ndcg_at_10: Figure
    recall_at_10: Figure


@dataclass(frozen=True, slots=True)
class ConversationScores:
    """Steps by name ("resolved, fused"), the default one among them.

    `turns` with history have relevant passages and were ranked; of those with
    history but neither answerable nor unanswerable for sure, `unsure` says for
    each kind how many there were and which share was refused.
    """

    steps: dict[str, Ranked]
    default: str
    turns: int
    without_history: int
    without_relevant: int
    refusal: Refusing
    judged: tuple[Judged, ...]
    unsure: dict[str, tuple[int, float]]


def read_messages(path: Path) -> list[Message]:
    """Rows of `messages` (`role`, `content`, the last one the user's) and `relevant` (ids).

    `conversation` names the cluster; `answerability` is ANSWERABLE,
    UNANSWERABLE or another word. Raises SourceError with file and line.
    """
    found = []
    for number, row in read_rows(path):
        where = f"{path}:{number}"
        messages, relevant = row.get("messages"), row.get("relevant")
        if not isinstance(relevant, list):
            raise SourceError(f"{where}: expected relevant to be a list of ids")
        if not isinstance(messages, list) or not all(map(_is_message, messages)):
            raise SourceError(f"{where}: expected messages to be a list of role and content")
        if not messages or messages[-1]["role"] != "user":
            raise SourceError(f"{where}: expected the last message to be the user's question")
        found.append(
            Message(
                conversation=str(row.get("conversation", number)),
                question=messages[-1]["content"],
                history=_history(messages[:-1]),
                relevant=frozenset(map(str, relevant)),
                answerability=str(row.get("answerability") or ""),
            )
        )
    return found


def _is_message(message: object) -> bool:
    return (
        isinstance(message, dict)
        and message.get("role") in ("user", "assistant")
        and isinstance(message.get("content"), str)
    )


def _history(messages: Sequence[Mapping[str, str]]) -> tuple[Turn, ...]:
    """Each question with the answer that follows it; `searched` is found later, as asked."""
    turns: list[Turn] = []
    for message in messages:
        if message["role"] == "user":
            turns.append(Turn(message["content"], message["content"]))
        elif turns:
            said = turns[-1]
            answer = f"{said.answer}\n{message['content']}".strip()
            turns[-1] = Turn(said.question, said.searched, answer)
    return tuple(turns)


def measure(
    corpus: Path, turns: Path, setup: Setup, progress: Progress | None = None
) -> ConversationScores:
    """Rank the corpus for, and ask, every last turn that has a history.

    Raises SourceError where a file is not as expected or nothing can be ranked.
    """
    messages = read_messages(turns)
    later = [message for message in messages if message.history]
    ranked = [message for message in later if message.relevant]
    if not ranked:
        raise SourceError(f"{turns}: no turn has both a history and a relevant passage")
    ids: dict[str, str] = {}

    def fill(folder: Path) -> None:
        report = partial(progress, "indexing") if progress else None
        ids.update(index_corpus(corpus, folder, setup.embedder, report))

    lists: dict[str, list[list[str]]] = {}
    judged: list[tuple[str, Judged]] = []
    with temporary(setup, fill) as desk:
        for done, message in enumerate(later, start=1):
            history = resolved(message.history, desk)
            if message.relevant:
                for step, found in _found(message, history, desk, ids).items():
                    lists.setdefault(step, []).append(found)
            known = message.answerability == ANSWERABLE
            each = asked_of(desk, message.question, history, known, message.conversation)
            judged.append((message.answerability, each))
            if progress is not None:
                progress("asking", done, len(later))
    sure = tuple(each for kind, each in judged if kind in (ANSWERABLE, UNANSWERABLE))
    return ConversationScores(
        steps={step: _scores(found, ranked) for step, found in lists.items()},
        default=f"{RESOLVED}, {(Step.READER if setup.reader else Step.FUSED).value}",
        turns=len(ranked),
        without_history=len(messages) - len(later),
        without_relevant=len(later) - len(ranked),
        refusal=refusing(sure),
        judged=sure,
        unsure=_unsure(judged),
    )


def resolved(history: Sequence[Turn], desk: Desk) -> tuple[Turn, ...]:
    """The turns that the chat would send: each with what was searched for at the time."""
    turns: list[Turn] = []
    for turn in history:
        try:
            searched = _understood(turn.question, turns, desk).question.searched
        except QuestionError:  # empty or overlong: it was never answered here
            continue
        turns.append(Turn(turn.question, searched, turn.answer))
    return tuple(turns[-KEPT:])


def _understood(asked: str, history: Sequence[Turn], desk: Desk) -> Understood:
    """A question as the product reads it.

    Filters that let nothing through, as dates in a corpus without any, are left out.
    """
    read = understand(
        asked,
        history=history[-KEPT:],
        filters=Filters(),
        facets=desk.archive.facets(),
        today=TODAY,
    )
    if desk.archive.coverage(read.question.filters).articles:
        return read
    question = replace(read.question, filters=Filters())
    return replace(read, question=question, sought=question.searched)


def _found(
    message: Message,
    history: Sequence[Turn],
    desk: Desk,
    ids: Mapping[str, str],
) -> dict[str, list[str]]:
    """The passages that each step ranks, best first; none for what cannot be asked."""
    try:
        alone = clean(message.question)
        asked = {
            ALONE: Understood(Question(alone, alone), alone, inferred=False),
            RESOLVED: _understood(message.question, history, desk),
        }
    except QuestionError:
        steps = [step for step in Step if step is not Step.READER or desk.setup.reader is not None]
        return {f"{way}, {step.value}": [] for way in (ALONE, RESOLVED) for step in steps}
    found = {}
    for way, understood in asked.items():
        for step, hits in _hits(understood, desk).items():
            found[f"{way}, {step.value}"] = list(dict.fromkeys(ids[h.article.id] for h in hits))
    return found


def _hits(understood: Understood, desk: Desk) -> dict[Step, list[Hit]]:
    """What each step finds, best first."""
    archive, filters = desk.archive, understood.question.filters
    wanted = query(understood.sought, desk.setup.embedder)
    fused = gather(archive, wanted, understood.also, desk.setup.embedder, DEPTH, filters)
    return by_step(archive, wanted, fused, desk.setup.reader, filters)


def _scores(found: Sequence[Sequence[str]], ranked: Sequence[Message]) -> Ranked:
    groups = [message.conversation for message in ranked]
    pairs = [(ids, message.relevant) for ids, message in zip(found, ranked, strict=True)]
    return Ranked(
        mean([metrics.ndcg_at(10, *pair) for pair in pairs], groups),
        mean([metrics.recall_at(10, *pair) for pair in pairs], groups),
    )


def _unsure(judged: Sequence[tuple[str, Judged]]) -> dict[str, tuple[int, float]]:
    others = [(k, each) for k, each in judged if k and k not in (ANSWERABLE, UNANSWERABLE)]
    counts = Counter(kind for kind, _ in others)
    refused = Counter(kind for kind, each in others if each.refused)
    return {kind: (counts[kind], refused[kind] / counts[kind]) for kind in sorted(counts)}
