"""Reports as JSON, and the files of a report."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import pytest

from eval.report import ReportError, ReportTooNew, as_json, read, write
from tests.report_sample import CASES, REPORT, harmful

TEXT = as_json.text(REPORT)


def test_a_report_comes_back_as_it_was_up_to_six_digits() -> None:
    back = as_json.parse(TEXT.encode())
    assert back != REPORT  # its score had ten
    score = replace(CASES[0].claims[0], verdict=replace(CASES[0].claims[0].verdict, score=0.041234))
    first = replace(CASES[0], score=0.041234, claims=(score, *CASES[0].claims[1:]))
    assert back == replace(REPORT, cases=(first, *CASES[1:]))
    assert as_json.text(back) == TEXT


def test_what_other_programs_read_stands_where_the_schema_says() -> None:
    whole = json.loads(TEXT)
    assert whole["schema"] == "byline.report/1"
    assert whole["states"]["contradicted"] == 1
    assert sum(whole["states"].values()) == len(whole["cases"])
    assert whole["setup"]["models"] == {"verifier": "rules-1"}
    assert whole["measures"][1] | {"n": 0} == {
        "name": "auc",
        "title": "ROC AUC",
        "group": "grounding",
        "value": None,
        "low": None,
        "high": None,
        "n": 0,
        "better": "higher",
        "note": "one label alone",
    }
    case = whole["cases"][0]
    assert case["measures"] == {"groundedness": 0.5}
    assert case["contexts"][0]["published"] == "2024-10-12"
    failure = case["claims"][0]["verdict"]["failures"][0]
    assert case["answer"][failure["start"] : failure["end"]] == "Ten"
    assert list(whole) == sorted(whole)


def test_minus_nought_is_nought() -> None:
    told = as_json.text(replace(REPORT, cases=(replace(CASES[0], score=-0.0),)))
    assert "-0" not in told.replace('"2024-10-12"', "")


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_no_report_with_a_figure_that_is_no_number_is_written(tmp_path: Path, value: float) -> None:
    write(REPORT, tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises(ValueError, match="finite"):
        write(replace(REPORT, cases=(replace(CASES[0], score=value),)), tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_texts_that_no_encoding_can_carry_are_written_and_offsets_hold() -> None:
    back = as_json.parse(as_json.text(harmful()).encode())
    claim = back.cases[0].claims[0]
    assert back.cases[0].answer[claim.start : claim.end] == claim.text
    assert "\ufffd" in claim.text
    assert "\x00" in claim.text  # JSON can carry that


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "not JSON"),
        (b"\xff\xfe\x00", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"[]", "expected an object, found list"),
        (b"{}", "byline.report/1"),
        (b'{"schema": "byline.answer/1"}', "byline.report/1"),
        (b'{"schema": 1}', "byline.report/1"),
        (b'{"schema": "byline.report/1"}', "kind: Field required"),
        (TEXT.replace("0.93", "NaN").encode(), "not JSON"),
        (TEXT.replace("0.93", "1e999").encode(), "finite"),
        (TEXT.replace('"contradicted"', '"wrong"').encode(), "claims.0.verdict.state"),
        (TEXT.replace('"n": 3', '"n": "3"').encode(), "measures.0.n"),
        (TEXT.encode("utf-16"), "not JSON"),
        (TEXT.encode()[: len(TEXT) // 2], "not JSON"),
    ],
)
def test_what_is_no_report_is_told_with_the_place_that_is_wrong(
    tmp_path: Path, data: bytes, said: str
) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(data)
    with pytest.raises(ReportError, match=r"a\.json") as raised:
        read(path)
    assert said in str(raised.value)
    assert not isinstance(raised.value, ReportTooNew)


def test_a_later_schema_is_told_apart_and_a_new_field_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(TEXT.replace("byline.report/1", "byline.report/2"), encoding="utf-8")
    with pytest.raises(ReportTooNew, match=r"reads up to byline\.report/1"):
        read(path)
    whole = json.loads(TEXT) | {"mood": "good"}
    assert as_json.text(as_json.parse(json.dumps(whole).encode())) == TEXT


def test_a_missing_file_is_an_error_of_the_system(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read(tmp_path / "none.json")


def test_every_format_is_written_and_the_same_report_gives_the_same_bytes(tmp_path: Path) -> None:
    first = write(REPORT, tmp_path / "new" / "folder")
    names = ["report.json", "report.html", "report.md", "junit.xml"]
    assert [path.name for path in first] == names
    assert sorted(path.name for path in first[0].parent.iterdir()) == sorted(names)
    second = write(as_json.parse(first[0].read_bytes()), tmp_path / "second")
    for one, other in zip(first, second, strict=True):
        assert one.read_bytes() == other.read_bytes()


def test_only_what_was_asked_for_is_written(tmp_path: Path) -> None:
    assert write(REPORT, tmp_path, ("junit", "json")) == (
        tmp_path / "junit.xml",
        tmp_path / "report.json",
    )
    assert len(list(tmp_path.iterdir())) == 2
    with pytest.raises(ValueError, match="no report as 'pdf'"):
        write(REPORT, tmp_path, ("pdf",))  # type: ignore[arg-type]


def test_a_report_of_nothing_can_be_written(tmp_path: Path) -> None:
    empty = replace(REPORT, measures=(), states=(), claim_states=(), cases=())
    made = write(empty, tmp_path)
    assert "no rows to judge" in made[1].read_text(encoding="utf-8")
    assert as_json.text(read(made[0])) == as_json.text(empty)
