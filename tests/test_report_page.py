"""The page of a report: what it lets in, what stands on it without a script, what is marked."""

from __future__ import annotations

import hashlib
import json
import re
from base64 import b64encode
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest

from eval.report import curves, marks, page, view
from eval.report.model import CaseResult
from rag.verdict import Check, Failure
from tests.report_sample import ANSWER, BODY, CASES, EVIDENCE, HARM, REPORT, SAID, STORY, harmful


class Outline(HTMLParser):
    """The elements of a page with their attributes, and the text in each script and style."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.raw: list[tuple[dict[str, str | None], str]] = []
        self.seen: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        tag, attributes = self.elements[-1] if self.elements else ("", {})
        if tag in ("script", "style") and self.cdata_elem == tag:
            self.raw.append((attributes | {"tag": tag}, data))
        else:
            self.seen.append(data)

    def text(self) -> str:
        return re.sub(r"\s+", " ", " ".join(self.seen))


def cases_of(report: Any) -> list[dict[str, Any]]:
    whole = json.loads(view.cases(report)[0])
    drawn: list[dict[str, Any]] = whole["cases"]
    return drawn


def joined(runs: list[list[str]]) -> str:
    return "".join(text for text, _ in runs)


@pytest.mark.parametrize("report", [REPORT, harmful()])
def test_the_policy_lets_in_its_own_script_and_style_and_nothing_else(report: Any) -> None:
    outline = Outline(page.text(report))
    (policy,) = [
        attributes["content"] or ""
        for tag, attributes in outline.elements
        if tag == "meta" and attributes.get("http-equiv") == "Content-Security-Policy"
    ]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'none'"
    assert "unsafe" not in policy
    assert set(rules) == {"default-src", "script-src", "style-src", "base-uri", "form-action"}
    kinds = {"script": "script-src", "style": "style-src"}
    hashed = {
        kinds[str(attributes["tag"])]: "'sha256-"
        + b64encode(hashlib.sha256(text.encode()).digest()).decode()
        + "'"
        for attributes, text in outline.raw
        if attributes.get("type") != "application/json"
    }
    assert {key: rules[key] for key in kinds.values()} == hashed


@pytest.mark.parametrize("report", [REPORT, harmful()])
def test_it_needs_no_other_file_and_runs_nothing_of_the_input(report: Any) -> None:
    outline = Outline(page.text(report))
    tags = [tag for tag, _ in outline.elements]
    assert tags.count("script") == 3
    assert not {"img", "iframe", "link", "object", "embed", "base", "form"} & set(tags)
    for _, attributes in outline.elements:
        assert not [name for name in attributes if name.startswith("on") or name == "style"]
        assert "src" not in attributes
        assert (attributes.get("href") or "#").startswith("#")


def test_a_hostile_text_is_data_in_one_place_and_text_in_the_others() -> None:
    html = page.text(harmful())
    assert not set("\x00\x08\x1b\x7f\x85\u202e\u2066\ud800\ufffe") & set(html)
    assert "<script>window" not in html
    outline = Outline(html)
    data = {a["id"]: text for a, text in outline.raw if a.get("type") == "application/json"}
    assert not re.search("[<>&\u2028]", "".join(data.values()))
    (first, *_) = json.loads(data["case-data"])["cases"]
    assert first["question"].startswith(HARM[:60])
    assert len(first["question"]) == len(HARM)
    assert "$title" in outline.text()
    assert "${x}" in outline.text()


def test_the_figures_stand_there_without_a_script() -> None:
    outline = Outline(page.text(REPORT))
    seen = outline.text()
    assert "Grounding of answers.jsonl" in seen
    assert "1 of 6 rows are supported by their evidence, 3 are not or could not be judged" in seen
    assert "4 claims checked" in seen  # one claims nothing
    assert re.search(r"Claims supported groundedness \.500 \[\.100, \.900\]", seen)
    assert "not measured: one label alone" in seen
    assert "NaN" not in seen
    labels = [a.get("aria-label") or "" for tag, a in outline.elements if tag == "svg"]
    assert "Claims supported: .500 [.100, .900]" in labels
    assert any(
        label.startswith("Rows: 1 supported, 1 contradicted, 1 unsupported") for label in labels
    )
    assert any(label.startswith("ROC curve: area 1.000 over 3") for label in labels)
    assert "The single cases need JavaScript" in seen
    for name, value in (("numpy", "2.0.0"), ("sha256", "ab" * 32), ("aggregate", "lowest")):
        assert f"{name} {value}" in seen
    assert "7, 2,000 bootstrap samples" in seen


def test_the_bar_of_states_is_as_wide_as_all_rows() -> None:
    html = page.text(REPORT)
    bar = html[html.index('aria-label="Rows:') :]
    widths = [
        float(w) for w in re.findall(r'<rect [^>]*width="([\d.]+)"', bar[: bar.index("</svg>")])
    ]
    assert len(widths) == 6
    assert sum(widths) == pytest.approx(960)


def test_the_answer_is_cut_at_its_claims_and_nothing_of_it_is_lost() -> None:
    first = cases_of(REPORT)[0]
    assert first["answer"] == [
        [SAID, 0],
        [" ", -1],
        ["Officials said so on Saturday.", 1],
        [" ", -1],
        ["Is that all?", 2],
    ]
    crooked = tuple(
        replace(claim, start=start, end=end)
        for claim, (start, end) in zip(
            CASES[0].claims, [(10, 30), (5, 12), (40, 10_000)], strict=True
        )
    )
    drawn = cases_of(replace(REPORT, cases=(replace(CASES[0], claims=crooked),)))[0]
    assert "".join(text for text, _ in drawn["answer"]) == ANSWER


def test_the_words_that_failed_and_those_that_match_are_marked_on_both_sides() -> None:
    claim = cases_of(REPORT)[0]["claims"][0]
    assert joined(claim["runs"]) == SAID
    assert [run for run in claim["runs"] if run[1] == "fail"] == [["Ten", "fail"]]
    assert [text for text, mark in claim["runs"] if mark == "match"] == [
        "people",
        "died",
        "officials",
    ]
    ground = claim["grounds"][0]
    assert joined(ground["runs"]) == EVIDENCE
    assert [text for text, mark in ground["runs"] if mark == "fail"] == ["Nine"]
    assert "died" in [text for text, mark in ground["runs"] if mark == "match"]
    assert claim["failures"] == ["number: the claim says “Ten”, the evidence says “Nine”"]


def test_a_failing_word_is_marked_only_where_it_stands_alone() -> None:
    failed = (Failure(Check.NUMBER, "10", 0, 2, "ten", opposed=True),)
    runs = marks.ground("Often ten of the tenants", failed, "10 tenants", "en")
    assert runs == [("Often ", ""), ("ten", "fail"), (" of the ", ""), ("tenants", "match")]


def test_words_match_by_their_stem_in_the_language_of_the_text() -> None:
    assert ("warned", "match") in marks.claim("They warned us", (), "A warning came", "en")
    assert ("warned", "match") not in marks.claim("They warned us", (), "A warning came", None)


def test_evidence_stands_in_its_surroundings_and_the_whole_is_there_once() -> None:
    long = replace(STORY, text=f"{'before ' * 100}{BODY}{' after' * 100}")
    moved = replace(CASES[0].claims[0].verdict.grounds[0], start=712, end=712 + len(EVIDENCE))
    assert long.text[moved.start : moved.end] == EVIDENCE
    claim = replace(
        CASES[0].claims[0], verdict=replace(CASES[0].claims[0].verdict, grounds=(moved,))
    )
    case = replace(CASES[0], contexts=(long,), claims=(claim,))
    drawn, contexts = view.cases(replace(REPORT, cases=(case, replace(case, id="again"))))
    ground = json.loads(drawn)["cases"][0]["claims"][0]["grounds"][0]
    assert ground["before"].startswith("… before before")
    assert ground["before"].endswith("TAMSELFORD. ")
    assert ground["after"].startswith(" The search went on")
    assert ground["after"].endswith("after …")
    assert len(ground["before"]) < 200
    assert ground["title"] == "Toll rises to nine"
    assert len(json.loads(contexts)) == 1
    assert [case["contexts"] for case in json.loads(drawn)["cases"]] == [[0], [0]]


def test_cases_with_one_id_have_addresses_of_their_own() -> None:
    twice = tuple(replace(CASES[0], id=name) for name in ("a", "a", "a (2)", "a", ""))
    keys = [case["key"] for case in cases_of(replace(REPORT, cases=twice))]
    assert keys[:2] == ["a", "a (2)"]
    assert len(set(keys)) == 5


def labelled(scores: list[float], labels: list[bool]) -> tuple[CaseResult, ...]:
    return tuple(
        replace(CASES[0], score=score, label=label)
        for score, label in zip(scores, labels, strict=True)
    )


def test_the_roc_curve_goes_through_the_known_points() -> None:
    assert curves.roc([0.9, 0.8, 0.3, 0.1], [True, False, True, False]) == (
        (0.0, 0.0),
        (0.0, 0.5),
        (0.5, 0.5),
        (0.5, 1.0),
        (1.0, 1.0),
    )
    # tied scores are one step, aslant; points on a straight line are left out
    assert curves.roc([0.5, 0.5], [True, False]) == ((0.0, 0.0), (1.0, 1.0))
    assert curves.roc([0.9, 0.8, 0.1], [True, True, False]) == (
        (0.0, 0.0),
        (0.0, 1.0),
        (1.0, 1.0),
    )
    assert curves.roc([0.9, 0.8], [True, True]) == ()


def test_the_histogram_has_every_score_once_and_the_ends_in_the_last_bins() -> None:
    yes, no = curves.histogram([0.0, 0.04, 0.05, 0.999, 1.0], [True, False, True, True, False])
    assert (yes[0], no[0], yes[1], yes[19], no[19]) == (1, 1, 1, 1, 1)
    assert sum(yes) + sum(no) == 5


def test_plots_are_of_rows_with_label_and_score_alone() -> None:
    titles = [plot.title for plot in curves.plots(REPORT)]
    assert titles == ["ROC curve", "Scores by label", "Calibration"]
    one_sided = replace(REPORT, cases=labelled([0.9, 0.2], [True, True]))
    assert [plot.title for plot in curves.plots(one_sided)] == ["Scores by label", "Calibration"]
    none = replace(REPORT, cases=tuple(replace(case, label=None) for case in CASES))
    assert curves.plots(none) == ()
    assert "Against people" not in page.text(none)


def test_the_histogram_says_how_many_reach_the_threshold() -> None:
    report = replace(REPORT, cases=labelled([0.9, 0.5, 0.2, 0.7], [True, True, True, False]))
    plot = curves.plots(report)[1]
    assert plot.caption.startswith(
        "People call 3 rows supported, of which 2 reach the threshold, and 1 not, of which 1 "
    )
    assert "threshold .500" in plot.svg
