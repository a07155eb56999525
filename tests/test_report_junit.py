"""Reports as JUnit XML: what a CI makes of them."""

from __future__ import annotations

from dataclasses import replace

from lxml import etree

from eval.report import junit
from tests.report_sample import CASES, HARM, REPORT, harmful


def parsed(text: str) -> etree._Element:
    return etree.fromstring(text.encode(), etree.XMLParser(resolve_entities=False))


def test_a_suite_per_group_counts_its_cases() -> None:
    root = parsed(junit.text(REPORT))
    assert root.tag == "testsuites"
    assert {k: root.get(k) for k in ("tests", "failures", "errors", "skipped")} == {
        "tests": "6",
        "failures": "3",
        "errors": "0",
        "skipped": "2",
    }
    flood, dam = root.findall("testsuite")
    assert [flood.get(k) for k in ("name", "tests", "failures", "skipped")] == [
        "flood",
        "3",
        "2",
        "0",
    ]
    assert [dam.get(k) for k in ("name", "tests", "failures", "skipped")] == ["dam", "3", "1", "2"]


def test_the_counts_are_those_of_the_elements() -> None:
    for suite in parsed(junit.text(REPORT)).findall("testsuite"):
        assert int(suite.get("tests", "")) == len(suite.findall("testcase"))
        assert int(suite.get("failures", "")) == len(suite.findall("testcase/failure"))
        assert int(suite.get("skipped", "")) == len(suite.findall("testcase/skipped"))


def test_a_failure_tells_the_claims_what_failed_and_the_evidence() -> None:
    root = parsed(junit.text(REPORT))
    toll = root.find("testsuite/testcase[@name='toll']/failure")
    assert toll is not None
    assert toll.get("type") == "contradicted"
    assert toll.get("message") == "contradicted, score .041"
    assert toll.text is not None
    assert toll.text.split("\n") == [
        "Question: How many people died?",
        "Answer: Ten people died, officials said. Officials said so on Saturday. Is that all?",
        "✕ contradicted: Ten people died, officials said.",
        "    number: the claim says “Ten”, the evidence says “Nine”",
        "    evidence: Nine people are known to have died, officials said on Saturday.",
        "✓ supported: Officials said so on Saturday.",
        "– not checkable: Is that all?",
    ]


def test_what_could_not_be_judged_fails_and_what_claims_nothing_is_skipped() -> None:
    root = parsed(junit.text(REPORT))
    broken = root.find("testsuite/testcase[@name='broken']/failure")
    assert broken is not None
    assert broken.get("message") == "not judged: it has no contexts"
    skipped = {
        case.get("name"): case[0].get("message") for case in root.iter("testcase") if len(case)
    }
    assert skipped["silent"] == "empty"
    assert skipped["asked"] == "refused"
    assert root.find("testsuite/testcase[@name='when']") is not None
    assert "when" not in skipped  # supported: nothing in it


def test_cases_that_are_each_their_own_group_are_one_suite() -> None:
    alone = tuple(replace(case, group=case.id) for case in CASES)
    (suite,) = parsed(junit.text(replace(REPORT, cases=alone))).findall("testsuite")
    assert suite.get("name") == "answers.jsonl"
    assert len(suite.findall("testcase")) == 6


def test_the_setup_and_the_measures_are_properties() -> None:
    root = parsed(junit.text(REPORT))
    found = {p.get("name"): p.get("value") for p in root.findall("testsuite[1]/properties/*")}
    assert found["model.verifier"] == "rules-1"
    assert found["seed"] == "7"
    assert found["measure.groundedness"] == ".500 [.100, .900]"
    assert found["measure.auc"] == "not measured"


def test_a_hostile_report_is_still_xml_and_says_what_was_written() -> None:
    text = junit.text(harmful())
    root = parsed(text)
    assert {element.tag for element in root.iter()} == {
        "testsuites",
        "testsuite",
        "properties",
        "property",
        "testcase",
        "failure",
        "skipped",
    }
    failure = root.find("testsuite/testcase/failure")
    assert failure is not None
    assert "</script><script>window.harmed=1</script>" in (failure.text or "")
    assert "]]>" in (failure.text or "")
    assert "]]>" not in text
    assert not set("\x00\x08\x1b\x7f\x85\u202e\u2066\ud800\ufffe") & set(text)
    name = root.findall("testsuite/testcase")[0].get("name") or ""
    assert len(name) == len(HARM)  # a sign for a sign


def test_ten_megabytes_of_an_answer_do_not_go_to_the_log() -> None:
    long = "All of it is so. " * 600_000
    case = replace(CASES[0], answer=long, question=long, note=long)
    assert len(junit.text(replace(REPORT, cases=(case,)))) < 20_000
