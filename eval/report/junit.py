"""A report as JUnit XML, which every CI shows as tests.

Of the schemas in use this keeps to what Jenkins, GitLab, GitHub's actions and
Azure all read: testsuites > testsuite > properties, testcase > failure or
skipped. A case that is contradicted, unsupported or could not be judged is a
failure; one that claims nothing, is empty or was refused is skipped. Times are
0: a report has no clock.
"""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from xml.etree.ElementTree import Element, SubElement

from eval.figures import three
from eval.report import words
from eval.report.model import CaseResult, ClaimResult, Report

_MOST = 2000  # characters of an answer or a note: a CI's log is no place for ten megabytes
_LINE = 300  # of a claim or a sentence of evidence


def text(report: Report) -> str:
    """The report as XML 1.0: a suite per group of cases, or one where every case is its own."""
    root = Element("testsuites", {"name": words.title(report), **_counts(report.cases)})
    for name, cases in _suites(report):
        suite = SubElement(root, "testsuite", {"name": words.shown(name), **_counts(cases)})
        _properties(suite, report)
        for case in cases:
            _case(suite, name, case)
    ElementTree.indent(root)
    body = ElementTree.tostring(root, encoding="unicode", short_empty_elements=True)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'


def _suites(report: Report) -> list[tuple[str, tuple[CaseResult, ...]]]:
    groups: dict[str, list[CaseResult]] = {}
    for case in report.cases:
        groups.setdefault(case.group, []).append(case)
    if len(groups) in (0, 1, len(report.cases)):
        return [(report.setup.input, report.cases)]
    return [(name, tuple(cases)) for name, cases in groups.items()]


def _counts(cases: tuple[CaseResult, ...]) -> dict[str, str]:
    failures = sum(case.state in words.WRONG for case in cases)
    passed = sum(case.state == "supported" for case in cases)
    return {
        "tests": str(len(cases)),
        "failures": str(failures),
        "errors": "0",
        "skipped": str(len(cases) - failures - passed),
        "time": "0",
    }


def _properties(suite: Element, report: Report) -> None:
    setup = report.setup
    pairs = [
        ("input.sha256", setup.sha256),
        ("seed", str(setup.seed)),
        ("threshold", f"{setup.threshold:g}"),
        *((f"model.{name}", value) for name, value in setup.models),
        *((f"version.{name}", value) for name, value in setup.versions),
        *((f"option.{name}", value) for name, value in setup.options),
        *(
            (f"measure.{measure.name}", " ".join((words.value(measure), words.interval(measure))))
            for measure in report.measures
        ),
    ]
    properties = SubElement(suite, "properties")
    for name, value in pairs:
        SubElement(properties, "property", name=words.shown(name), value=words.shown(value).strip())


def _case(suite: Element, name: str, case: CaseResult) -> None:
    test = SubElement(
        suite,
        "testcase",
        name=words.shown(case.id),
        classname=words.shown(name),
        time="0",
    )
    if case.state in words.WRONG:
        failure = SubElement(test, "failure", type=case.state, message=_message(case))
        failure.text = _told(case)
    elif case.state != "supported":
        SubElement(test, "skipped", message=_message(case))


def _message(case: CaseResult) -> str:
    score = f", score {three(case.score)}" if case.score is not None else ""
    note = f": {words.cut(case.note, _LINE)}" if case.note else ""
    return f"{words.state(case.state)}{score}{note}"


def _told(case: CaseResult) -> str:
    lines = [
        *([f"Question: {words.cut(case.question, _MOST)}"] if case.question else []),
        f"Answer: {words.cut(case.answer, _MOST)}",
        *(line for claim in case.claims for line in _claim(claim)),
    ]
    return "\n".join(lines)


def _claim(claim: ClaimResult) -> list[str]:
    verdict = claim.verdict
    name = words.state(verdict.state)
    lines = [f"{words.sign(verdict.state)} {name}: {words.cut(claim.text, _LINE)}"]
    if verdict.state in words.WRONG:
        lines += [f"    {words.failure(failed)}" for failed in verdict.failures]
        lines += [f"    evidence: {words.cut(ground.text, _LINE)}" for ground in verdict.grounds]
    return lines
