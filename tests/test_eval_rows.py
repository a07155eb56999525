"""Rows of anyone's: whatever a file holds, each of its lines is a row or is counted, with why."""

from __future__ import annotations

import gzip
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from eval.rows import Malformed, Row, RowError, read, row_of, table_of
from index.errors import SourceError
from rag.verdict import Context

ANSWER = "The ferry ran aground on Tuesday."
TEXTS = ["The ferry Aurora ran aground off Skerry Point.", "It was Tuesday."]
PLAIN = {"question": "What ran aground?", "answer": ANSWER, "contexts": TEXTS}


def row(**columns: Any) -> Row:
    return row_of(columns)


def written(path: Path, *lines: str | bytes) -> Path:
    raw = [each if isinstance(each, bytes) else each.encode() for each in lines]
    path.write_bytes(b"\n".join(raw))
    return path


@pytest.mark.parametrize(
    "columns",
    [
        PLAIN,
        {"user_input": "What ran aground?", "response": ANSWER, "retrieved_contexts": TEXTS},
        {"input": "What ran aground?", "actual_output": ANSWER, "retrieval_context": TEXTS,
         "context": ["the ideal one"], "expected_output": "the ferry"},
        {"input": "What ran aground?", "actualOutput": ANSWER, "retrievalContext": TEXTS},
        {"query": "What ran aground?", "result": ANSWER,
         "source_documents": [{"page_content": text, "metadata": {}} for text in TEXTS]},
        {"query": "What ran aground?", "response": ANSWER, "contexts": json.dumps(TEXTS)},
        {"inputs": {"query": "What ran aground?"}, "outputs": ANSWER,
         "expectations": {"context": TEXTS}},
        {"inputs": {"question": "What ran aground?"},
         "outputs": {"answer": ANSWER, "contexts": TEXTS}},
        {"question": "What ran aground?", "response": ANSWER, "documents": TEXTS,
         "adherence_score": True},
        {"input": [{"speaker": "user", "text": "Hello"}, {"speaker": "agent", "text": "Hi"},
                   {"speaker": "user", "text": "What ran aground?"}],
         "answer": {"text": ANSWER}, "contexts": [{"document_id": "1", "text": t} for t in TEXTS]},
        {"prompt": "What ran aground?", "answer": [{"text": "The ferry ran aground"},
         {"text": "on Tuesday.", "citations": [1]}], "passages": TEXTS},
    ],
    ids=["plain", "ragas", "deepeval", "camel", "langchain", "llamaindex", "mlflow", "nested",
         "ragbench", "turns", "trec"],
)  # fmt: skip
def test_the_columns_of_the_common_libraries_are_understood(columns: dict[str, Any]) -> None:
    found = row_of(columns)
    assert found.question == "What ran aground?"
    assert found.answer == ANSWER
    assert [context.text for context in found.contexts] == TEXTS


@pytest.mark.parametrize(
    "columns",
    [
        {"document": TEXTS[0], "claim": ANSWER, "label": 1},
        {"doc": TEXTS[0], "claim": ANSWER, "label": 1, "dataset": "x"},
        {"grounding": TEXTS[0], "generated_text": ANSWER, "label": "1"},
        {"premise": TEXTS[0], "hypothesis": ANSWER, "label": "entailment"},
        {"evidence": [TEXTS[0]], "claim": ANSWER, "label": "SUPPORTS"},
        {"source": TEXTS[0], "summary": ANSWER, "is_hallucination": False},
        {"knowledge": TEXTS[0], "question": "What?", "answer": ANSWER, "hallucination": "no"},
        {"query": "What?", "context": TEXTS[0], "output": ANSWER, "hallucination_labels": "[]"},
        {"passage": TEXTS[0], "question": "What?", "answer": ANSWER, "label": "PASS"},
        {"document": TEXTS[0], "claim": ANSWER, "supported": 1.0},
        {"document": TEXTS[0], "answer": ANSWER, "faithfulness_1_to_4": 3.5},
    ],
    ids=["summac", "aggrefact", "true", "nli", "fever", "vectara", "halueval", "ragtruth",
         "halubench", "number", "scale"],
)  # fmt: skip
def test_the_columns_and_labels_of_the_public_collections(columns: dict[str, Any]) -> None:
    found = row_of(columns)
    assert (found.answer, found.contexts[0].text, found.label) == (ANSWER, TEXTS[0], True)


@pytest.mark.parametrize(
    ("column", "value", "label"),
    [
        ("supported", False, False),
        ("supported", "not supported", False),
        ("supported", "Partially-Supported", False),
        ("supported", "unsupported", False),
        ("supported", None, None),
        ("faithfulness_1_to_4", 3.49, False),
        ("faithfulness_1_to_4", 4, True),
        ("label", "REFUTES", False),
        ("label", 0, False),
        ("label", "FAIL", False),
        ("label", "sports", None),
        ("label", 7, None),
        ("hallucination", "yes", False),
        ("hallucinated", 1, False),
        ("labels", [{"start": 0, "end": 3}], False),
        ("labels", [], True),
        ("labels", ["politics"], None),
    ],
)
def test_a_label_says_what_its_column_means(column: str, value: Any, label: bool | None) -> None:
    assert row(**PLAIN, **{column: value}).label is label


def test_a_number_that_may_mean_either_is_no_label() -> None:
    assert row(premise=TEXTS[0], hypothesis=ANSWER, label=0).label is None


def test_a_row_of_two_answers_is_two_rows_of_one_group() -> None:
    columns = {
        "knowledge": TEXTS[0],
        "question": "What ran aground?",
        "right_answer": "The ferry.",
        "hallucinated_answer": "A tanker.",
    }
    right, wrong = table_of([columns]).rows
    assert isinstance(right, Row)
    assert isinstance(wrong, Row)
    assert (right.answer, right.label) == ("The ferry.", True)
    assert (wrong.answer, wrong.label) == ("A tanker.", False)
    assert right.group == wrong.group
    assert right.id != wrong.id


def test_a_context_tells_its_title_and_day_and_the_row_those_of_a_single_one() -> None:
    told = {"page_content": "It sank.", "metadata": {"title": "Loss", "published": "2024-11-05"}}
    expected = Context("It sank.", "Loss", date(2024, 11, 5), "en")
    assert row(answer=ANSWER, contexts=[told]).contexts == (expected,)
    alone = row(claim=ANSWER, document="It sank.", title="Loss", published="2024-11-05T08:00:00Z")
    assert alone.contexts == (expected,)
    spoken = row(answer="Battı.", contexts=["Gemi battı."], language="tr", day="2024-11-06")
    assert (spoken.language, spoken.contexts[0].language) == ("tr", "tr")
    assert spoken.day == date(2024, 11, 6)


def test_blank_contexts_are_left_out_and_none_at_all_is_still_a_row() -> None:
    assert row(answer=ANSWER, contexts=["", "  ", TEXTS[0]]).contexts == (Context(TEXTS[0]),)
    assert row(answer=ANSWER, contexts=[]).contexts == ()
    assert row(answer=None, contexts=TEXTS).answer == ""


def test_a_text_in_brackets_is_a_text() -> None:
    found = row(claim=ANSWER, document="[Applause] Thank you. [Laughter]")
    assert found.contexts == (Context("[Applause] Thank you. [Laughter]"),)


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"question": "What?", "contexts": TEXTS}, "no answer: expected a column answer"),
        ({"answer": ANSWER}, "no contexts: expected a column contexts"),
        ({}, "found none"),
        ({"answer": 42, "contexts": TEXTS}, "answer: expected text, found a number"),
        ({"answer": [1, 2], "contexts": TEXTS}, "answer: expected text, found a list"),
        ({"answer": ANSWER, "contexts": 7}, "contexts: expected a list of texts"),
        ({"answer": ANSWER, "contexts": None}, "contexts: expected a list of texts"),
        ({"answer": ANSWER, "contexts": [TEXTS[0], 7]}, r"contexts\[1\]: expected text"),
        ({"answer": ANSWER, "contexts": [{"id": 3}]}, r"contexts\[0\]: expected text"),
        ({**PLAIN, "question": 3}, "question: expected text, found a number"),
        ({**PLAIN, "supported": "perhaps"}, "supported: expected true or false, found \"perhaps\""),
        ({**PLAIN, "supported": 2}, "supported: expected true or false"),
        ({**PLAIN, "faithfulness_1_to_4": 9}, "expected a number of 1 to 4"),
        ({**PLAIN, "faithfulness_1_to_4": "good"}, "expected a number of 1 to 4"),
    ],
)  # fmt: skip
def test_a_row_that_lacks_something_says_what(columns: dict[str, Any], said: str) -> None:
    with pytest.raises(RowError, match=said):
        row_of(columns)


BROKEN = {
    "not JSON": '{"answer": "The ferry',
    "no object": "[1, 2, 3]",
    "a number": "17",
    "null": "null",
    "null bytes": b"\0\0\0\0\0\0",
    "null byte in text": b'{"answer": "a\0b", "contexts": []}',
    "noise": bytes(range(128, 256)),
    "no contexts": '{"answer": "x"}',
    "long number": '{"answer": ' + "9" * 5000 + "}",
    "deep": "[" * 100_000,
}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
def test_a_broken_line_is_counted_with_its_number_and_stops_nothing(
    tmp_path: Path, broken: str | bytes
) -> None:
    whole = json.dumps(PLAIN)
    found = read(written(tmp_path / "rows.jsonl", whole, "", broken, whole)).rows
    assert [type(each) for each in found] == [Row, Malformed, Row]
    bad = found[1]
    assert isinstance(bad, Malformed)
    assert bad.line == 3
    assert 0 < len(bad.reason) < 300
    assert "\0" not in bad.reason
    assert [each.line for each in found] == [1, 3, 4]


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "latin-1"],
)
def test_a_file_is_read_in_any_usual_encoding(tmp_path: Path, encoding: str) -> None:
    said = "Die Fähre lief in Malmö auf Grund, für 4 Stunden."
    lines = [json.dumps({**PLAIN, "answer": said}, ensure_ascii=False)] * 2
    path = tmp_path / "rows.jsonl"
    path.write_bytes("\r\n".join(lines).encode(encoding))
    assert [each.answer for each in read(path).rows if isinstance(each, Row)] == [said, said]


def test_lines_of_several_encodings_in_one_file_are_each_read(tmp_path: Path) -> None:
    line = json.dumps({**PLAIN, "answer": "Zoë said “no”."}, ensure_ascii=False)
    lines = [line.encode(), line.encode("cp1252"), line.encode("utf-8-sig")]
    found = read(written(tmp_path / "rows.jsonl", *lines)).rows
    assert [each.answer for each in found if isinstance(each, Row)] == ["Zoë said “no”."] * 3
    assert [each.note for each in found if isinstance(each, Row)] == [
        "", "read as Windows-1252, being no UTF-8", "",
    ]  # fmt: skip


def test_half_a_character_and_a_null_do_not_survive_and_offsets_do(tmp_path: Path) -> None:
    line = '{"answer": "a\\ud83db\\u0000c\\ud83d\\ude00", "contexts": ["\\udc00 x"]}'
    (found,) = read(written(tmp_path / "rows.jsonl", line)).rows
    assert isinstance(found, Row)
    assert found.answer == "a\ufffdb\ufffdc\U0001f600"
    assert found.contexts[0].text == "\ufffd x"


def test_numbers_that_are_none_do_not_reach_a_row(tmp_path: Path) -> None:
    nan = json.dumps({**PLAIN, "supported": float("nan"), "score": float("inf")})
    large = json.dumps(PLAIN)[:-1] + ', "faithfulness_1_to_4": 1e999}'
    first, second = read(written(tmp_path / "rows.jsonl", nan, large)).rows
    assert isinstance(first, Row)
    assert first.label is None
    assert isinstance(second, Malformed)


def test_one_array_and_a_packed_file_are_read_too(tmp_path: Path) -> None:
    array = written(tmp_path / "rows.json", json.dumps([PLAIN, {"x": 1}, PLAIN], indent=2))
    assert [type(each) for each in read(array).rows] == [Row, Malformed, Row]
    packed = tmp_path / "rows.jsonl.gz"
    packed.write_bytes(gzip.compress(json.dumps(PLAIN).encode()))
    assert len(read(packed).rows) == 1
    packed.write_bytes(packed.read_bytes()[:-12])
    with pytest.raises(SourceError, match="cannot read"):
        read(packed)


def test_an_answer_of_ten_megabytes_is_a_row(tmp_path: Path) -> None:
    long = "The council met again. " * 450_000
    (found,) = read(written(tmp_path / "r.jsonl", json.dumps({**PLAIN, "answer": long}))).rows
    assert isinstance(found, Row)
    assert len(found.answer) == len(long)


def test_rows_have_ids_of_their_own(tmp_path: Path) -> None:
    rows = [{**PLAIN, "id": "a", "group": 4}, {**PLAIN, "id": "a"}, PLAIN, {**PLAIN, "id": 9}]
    found = read(written(tmp_path / "rows.jsonl", *map(json.dumps, rows))).rows
    assert [each.id for each in found] == ["a", "a (2)", "3", "9"]
    assert [each.group for each in found if isinstance(each, Row)] == ["4", "a", "3", "9"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "it is empty"),
        (b"\n\n  \n", "it is empty"),
        (b"name,answer\nx,y\n", "line 1: not JSON"),
        (b'{"a": 1}\n{"b": 2}\n', "line 1: no answer"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "line 1: not JSON"),
    ],
)
def test_a_file_without_any_row_says_what_was_expected_and_found(
    tmp_path: Path, content: bytes, said: str
) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_bytes(content)
    with pytest.raises(SourceError, match="holds no row that can be read: expected JSON") as raised:
        read(path)
    assert said in str(raised.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"there is no file .*none\.jsonl"):
        read(tmp_path / "none.jsonl")
    with pytest.raises(SourceError, match="is a folder"):
        read(tmp_path)
