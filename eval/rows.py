"""Rows of anyone's: an answer and the texts it should rest on, under whatever names they go.

Understood are the columns of the common evaluation libraries (Ragas, old and
new; DeepEval; TruLens; LangChain, LlamaIndex; MLflow's nested `inputs` and
`outputs`) and of the public collections (SummaC, AggreFact, TRUE, HaluEval,
RAGTruth, RAGBench, FEVER, TREC RAG). A row that cannot be read is counted with
its line and the reason; it never stops a run.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from eval.contexts import ContextError, clean, contexts_of, day_of, text_of
from eval.labels import LabelError, label_of
from eval.lines import Line, read_lines
from index.errors import SourceError
from rag.verdict import Context

# The names of a column, the plainest first: where a row has several, the first is taken.
ANSWERS = (
    "answer", "response", "actual_output", "output", "prediction", "predicted_answer",
    "generated_answer", "generated_text", "result", "outputs", "claim", "summary", "hypothesis",
    "statement", "sentence", "completion",
)  # fmt: skip
CONTEXTS = (
    "contexts", "retrieved_contexts", "retrieval_context", "retrieved_context",
    "retrieved_documents", "source_documents", "documents", "document", "doc", "docs", "passages",
    "passage", "context", "knowledge", "grounding", "evidence", "premise", "reference_contexts",
    "article", "source_text", "source_info", "source",
)  # fmt: skip
QUESTIONS = ("question", "user_input", "input", "query", "prompt", "inputs")
EXPECTED = (
    "expected", "expected_output", "expected_response", "reference", "reference_answer",
    "ground_truth", "ground_truths", "right_answer",
)  # fmt: skip
_IDS = ("id", "case_id", "sample_id", "question_id", "query_id", "uid", "_id")
_GROUPS = ("group", "source_id")
_NESTED = ("inputs", "outputs", "expectations", "reference_outputs")
# HaluEval: one row holds a right answer and a hallucinated one
_PAIRS = ("answer", "summary", "response")
_TEXTS = ("content", "text", "answer", "output")  # where a part of an answer keeps its text
_SAID = 120  # characters of a reason that come from the row


@dataclass(frozen=True, slots=True)
class Row:
    """An answer to be judged. `line` counts from 1; `note` says what was done to read it.

    `day` is the day that the answer's own "last week" counts from.
    """

    id: str
    line: int
    group: str
    question: str
    answer: str
    contexts: tuple[Context, ...]
    label: bool | None = None
    expected: str = ""
    day: date | None = None
    language: str | None = "en"
    note: str = ""


@dataclass(frozen=True, slots=True)
class Malformed:
    """A line that holds no row, and why."""

    id: str
    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Table:
    """Every row of a file in its order, and the SHA-256 of its bytes. Ids differ."""

    name: str
    sha256: str
    rows: tuple[Row | Malformed, ...]


class RowError(ValueError):
    """A row lacks what is needed, or has it in a shape that is not understood."""


def read(path: Path) -> Table:
    """The rows of a file of JSON Lines. Raises SourceError where not one can be read."""
    if path.is_dir():
        raise SourceError(f"{path} is a folder: expected a file of JSON Lines")
    if not path.exists():
        raise SourceError(f"there is no file {path}: expected JSON Lines, a row to a line")
    found = [each for line in read_lines(path) for each in _rows(line)]
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return _table(path.name, str(path), digest, found)


def table_of(values: Iterable[Mapping[str, Any]], name: str = "rows") -> Table:
    """The same of rows in hand. Raises SourceError where not one is understood."""
    known = list(values)
    found = [each for n, value in enumerate(known, 1) for each in _rows(Line(n, value))]
    told = json.dumps(known, default=str, sort_keys=True).encode()
    return _table(name, name, hashlib.sha256(told).hexdigest(), found)


def _table(name: str, where: str, digest: str, found: list[Row | Malformed]) -> Table:
    rows = _distinct(found)
    if not any(isinstance(each, Row) for each in rows):
        broken = [each for each in rows if isinstance(each, Malformed)]
        first = f"; line {broken[0].line}: {broken[0].reason}" if broken else "; it is empty"
        raise SourceError(
            f"{where} holds no row that can be read: expected JSON objects, one to a line, with "
            f"question, answer and contexts, or with document and claim{first}"
        )
    return Table(name, digest, tuple(rows))


def row_of(value: Any, line: int = 1) -> Row:
    """A row of a JSON object. Raises RowError."""
    if not isinstance(value, Mapping):
        raise RowError(f"expected a JSON object, found {_kind(value)}")
    columns = _columns(value)
    answer = _answer(columns)
    try:
        contexts = contexts_of(*_needed(columns, CONTEXTS, "contexts"), columns)
        label = label_of(columns)
    except (ContextError, LabelError) as error:
        raise RowError(str(error)) from error
    language = columns.get("language") or columns.get("lang")
    name = _name(columns, _IDS) or str(line)
    return Row(
        id=name,
        line=line,
        group=_name(columns, _GROUPS) or name,
        question=_question(columns),
        answer=answer,
        contexts=contexts,
        label=label,
        expected=_expected(columns),
        day=day_of(columns.get("day")),
        language=language if isinstance(language, str) and language else "en",
    )


def _rows(line: Line) -> Iterator[Row | Malformed]:
    if line.fault:
        yield Malformed(f"line {line.number}", line.number, line.fault)
        return
    for value in _halves(line.value):
        try:
            yield replace(row_of(value, line.number), note=line.note)
        except RowError as error:
            yield Malformed(f"line {line.number}", line.number, clean(str(error)))


def _halves(value: Any) -> list[Any]:
    """A row of two answers as two rows of one group; any other as it is."""
    if isinstance(value, dict):
        for name in _PAIRS:
            right, wrong = value.get(f"right_{name}"), value.get(f"hallucinated_{name}")
            if isinstance(right, str) and isinstance(wrong, str) and name not in value:
                known = str(value.get("id", value.get("question", right)))
                rest = {"group": known, **value}
                return [
                    rest | {"id": f"{known}, right", "answer": right, "supported": True},
                    rest | {"id": f"{known}, hallucinated", "answer": wrong, "supported": False},
                ]
    return [value]


def _columns(value: Mapping[str, Any]) -> dict[str, Any]:
    """The columns by plain names (`actualOutput` is `actual_output`), nested ones brought up."""
    columns = {_plain(name): each for name, each in value.items()}
    for name in _NESTED:
        inner = columns.get(name)
        if isinstance(inner, Mapping):
            del columns[name]
            columns = {_plain(key): each for key, each in inner.items()} | columns
    return columns


def _plain(name: Any) -> str:
    text = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", str(name)[:_SAID])
    return text.strip().replace(" ", "_").replace("-", "_").casefold()


def _needed(columns: Mapping[str, Any], names: tuple[str, ...], about: str) -> tuple[str, Any]:
    """The first column of these that there is, and its name."""
    for name in names:
        if name in columns:
            return name, columns[name]
    found = ", ".join(sorted(columns))[:_SAID] or "none"
    raise RowError(f"no {about}: expected a column {', '.join(names[:3])}...; found {found}")


def _answer(columns: Mapping[str, Any]) -> str:
    name, value = _needed(columns, ANSWERS, "answer")
    if value is None:
        return ""
    if isinstance(value, list):
        parts = [text_of(each, _TEXTS) for each in value]
        if all(part is not None for part in parts):
            return clean(" ".join(part for part in parts if part))
        raise RowError(f"{name}: expected text, found a list of {_kind(value[0])}")
    text = text_of(value, _TEXTS)
    if text is None:
        raise RowError(f"{name}: expected text, found {_kind(value)}")
    return clean(text)


def _question(columns: Mapping[str, Any]) -> str:
    """The question; of a conversation, its last turn that a person wrote."""
    for name in QUESTIONS:
        value = columns.get(name)
        if value is None:
            continue
        if isinstance(value, list):
            asked = [each for each in value if isinstance(each, Mapping)]
            people = [each for each in asked if _role(each) in ("user", "human")] or asked
            value = text_of(people[-1], _TEXTS) if people else None
        if isinstance(value, str):
            return clean(value)
        raise RowError(f"{name}: expected text, found {_kind(columns[name])}")
    return ""


def _role(message: Mapping[str, Any]) -> str:
    return str(message.get("role") or message.get("type") or message.get("speaker")).casefold()


def _expected(columns: Mapping[str, Any]) -> str:
    for name in EXPECTED:
        value = columns.get(name)
        if isinstance(value, list) and value:
            value = value[0]
        if isinstance(value, str):
            return clean(value)
    return ""


def _name(columns: Mapping[str, Any], names: tuple[str, ...]) -> str:
    for name in names:
        value = columns.get(name)
        if isinstance(value, str | int) and not isinstance(value, bool) and str(value).strip():
            return clean(str(value))
    return ""


def _distinct(rows: list[Row | Malformed]) -> list[Row | Malformed]:
    """The same rows with ids of their own: the second "a" becomes "a (2)"."""
    seen: dict[str, int] = {}
    made: list[Row | Malformed] = []
    for row in rows:
        name = row.id
        while name in seen:
            seen[row.id] += 1
            name = f"{row.id} ({seen[row.id]})"
        seen[name] = 1
        made.append(row if name == row.id else replace(row, id=name))
    return made


def _kind(value: Any) -> str:
    """What a value is called in JSON."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    names = {str: "text", int: "a number", float: "a number", list: "a list", dict: "an object"}
    return names.get(type(value), type(value).__name__)
