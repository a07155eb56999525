"""Cases for the assistant: questions with what is known of their answers, one to a line.

A row holds `question`; or `turns`, a conversation of such rows. Besides, all
of them optional:

    id           names the case in reports and comparisons; else the line's number
    answerable   whether the archive answers it; true where gold or an answer is given
    answer       the right answer, or a list of right ones
    gold         [{"url" or "article_id", "sentence"}], any of which answers; either part will do
    history      the questions asked before it
    today        the day that "last week" counts from, YYYY-MM-DD
    filters      {"after", "before", "sources", "sections"}: what the reader has set
    withhold     the address or id of an article to be asked without, or a list of them
    group        what the bootstrap draws it by; else the article of its gold

The sample's questions and conversations (eval/sample/README.md), and what
`byline eval generate` makes, are such files.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from eval.asking import TODAY
from eval.lines import read_lines
from index.errors import SourceError
from index.types import Filters

_MOST_SHOWN = 200  # code points of what is said to be wrong with a row


@dataclass(frozen=True, slots=True)
class Gold:
    """Where an answer stands: an article by its address or id, a sentence of it, or both."""

    sentence: str = ""
    article: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """One question; see above. `answerable` is None where the file does not say."""

    id: str
    group: str
    question: str
    answerable: bool | None = None
    expected: tuple[str, ...] = ()
    gold: tuple[Gold, ...] = ()
    history: tuple[str, ...] = ()
    today: date = TODAY
    filters: Filters = Filters()
    withhold: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Talk:
    """Cases asked one after another, each with those before it as history; mostly one."""

    cases: tuple[Case, ...]


@dataclass(frozen=True, slots=True)
class Malformed:
    """A line that holds no case, and why not."""

    id: str
    why: str


def read(path: Path) -> list[Talk | Malformed]:
    """What each line of a file holds, in order; blank lines are passed over.

    A line that is no case costs nothing but itself. Raises SourceError where
    the file cannot be read, or holds not a single case.
    """
    found: list[Talk | Malformed] = []
    seen: set[str] = set()
    for line in read_lines(path):
        where = f"line {line.number}"
        try:
            if line.fault:
                raise ValueError(line.fault)
            found.append(_talk(line.value, line.number, seen))
        except (ValueError, TypeError) as error:
            found.append(Malformed(where, f"{where}: {error}"[:_MOST_SHOWN]))
    if not any(isinstance(each, Talk) for each in found):
        why = f": {found[0].why}" if found and isinstance(found[0], Malformed) else ""
        raise SourceError(f"{path}: there are no cases in it{why}")
    return found


def _talk(row: object, number: int, seen: set[str]) -> Talk:
    if not isinstance(row, dict):
        raise TypeError(f"expected a JSON object, found {row!r:.40}")
    name = str(row.get("id") or number)
    if name in seen:  # what is compared is paired by it
        name = f"{name}#{number}"
    if "turns" not in row:
        talk = Talk((_case(row, name, _group(row, name)),))
    else:
        turns = row["turns"]
        if not isinstance(turns, list) or not turns:
            raise TypeError("expected turns to be a list of questions")
        shared = {key: row[key] for key in ("today", "filters", "withhold") if key in row}
        talk = Talk(
            tuple(
                _case({**shared, **_object(turn, "a turn")}, f"{name}/{place}", name)
                for place, turn in enumerate(turns, start=1)
            )
        )
    seen.add(name)
    return talk


def _group(row: Mapping[str, Any], name: str) -> str:
    if row.get("group"):
        return str(row["group"])
    gold = row.get("gold")
    first = gold[0] if isinstance(gold, list) and gold else None
    article = _gold(first).article if isinstance(first, dict) else ""
    return article or name


def _case(row: Mapping[str, Any], name: str, group: str) -> Case:
    question, gold = row.get("question"), row.get("gold") or []
    if not isinstance(question, str) or not question.strip():
        raise TypeError("expected question to be text")
    if not isinstance(gold, list):
        raise TypeError("expected gold to be a list of objects with a sentence or an article")
    expected = _texts(row, "answer")
    golden = tuple(_gold(_object(each, "gold")) for each in gold)
    known = row.get("answerable")
    if known is not None and not isinstance(known, bool):
        raise TypeError(f"expected answerable to be true or false, found {known!r:.40}")
    return Case(
        id=name,
        group=group,
        question=question,
        answerable=True if known is None and (golden or expected) else known,
        expected=expected,
        gold=golden,
        history=_texts(row, "history"),
        today=_day(row, "today") or TODAY,
        filters=_filters(row.get("filters") or {}),
        withhold=_texts(row, "withhold"),
    )


def _object(value: object, name: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise TypeError(f"expected {name} to be an object, found {value!r:.40}")
    return value


def _gold(row: Mapping[str, Any]) -> Gold:
    sentence, article = row.get("sentence") or "", row.get("article_id") or row.get("url") or ""
    if not isinstance(sentence, str) or not isinstance(article, str):
        raise TypeError("expected a gold's sentence and article to be text")
    if not sentence.strip() and not article:
        raise ValueError("expected gold to name a sentence or an article")
    return Gold(sentence, article)


def _texts(row: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """A text or a list of texts; those that are empty are left out."""
    value = row.get(name) or []
    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, list) or not all(isinstance(each, str) for each in texts):
        raise TypeError(f"expected {name} to be a text or a list of texts")
    return tuple(each for each in texts if each.strip())


def _day(row: Mapping[str, Any], name: str) -> date | None:
    value = row.get(name)
    if value is None:
        return None
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise ValueError(f"expected {name} as YYYY-MM-DD, found {value!r:.40}") from error


def _filters(value: object) -> Filters:
    row = _object(value, "filters")
    unknown = sorted(set(row) - {"after", "before", "sources", "sections"})
    if unknown:
        raise ValueError(f"unknown filter {unknown[0]!r:.40}")
    return Filters(
        _day(row, "after"), _day(row, "before"), _texts(row, "sources"), _texts(row, "sections")
    )
