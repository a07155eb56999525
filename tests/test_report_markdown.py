"""Reports as Markdown: what stands in a pull request's comment."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from markdown_it import MarkdownIt

from eval.report import markdown
from tests.report_sample import CASES, HARM, REPORT, harmful

HOST = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


def rows(html: str) -> list[list[str]]:
    """The cells of every row of every table."""
    return [
        [re.sub(r"<[^>]+>", "", cell) for cell in re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row)]
        for row in re.findall(r"<tr>(.*?)</tr>", html, re.DOTALL)
    ]


def test_the_measures_stand_with_their_intervals_or_why_there_is_none() -> None:
    told = rows(HOST.render(markdown.text(REPORT)))
    assert ["Claims supported", ".500", "[.100, .900]", "3", ""] in told
    assert ["ROC AUC", "not measured", "", "0", "one label alone"] in told
    assert ["Invented citations", ".010", "[.000, .020]", "3", "lower is better"] in told


def test_every_state_of_rows_and_claims_is_counted() -> None:
    told = rows(HOST.render(markdown.text(REPORT)))
    assert ["state", "of 6 rows", "of 5 claims"] in told
    assert ["✓ supported", "1 (16.7 %)", "2 (40.0 %)"] in told
    assert ["– not checkable", "0 (0.0 %)", "1 (20.0 %)"] in told
    assert ["! not judged", "1 (16.7 %)", "0 (0.0 %)"] in told


def test_the_worst_cases_come_first_with_the_claim_and_the_evidence() -> None:
    told = rows(HOST.render(markdown.text(REPORT)))
    worst = told[told.index(["case", "state", "score", "why"]) + 1 :]
    assert [row[0] for row in worst] == ["toll", "weather", "broken"]
    assert worst[0][1:3] == ["✕ contradicted", ".041"]
    assert worst[0][3] == (
        "“Ten people died, officials said.”"
        "number: the claim says “Ten”, the evidence says “Nine”"
        "evidence: “Nine people are known to have died, officials said on Saturday.”"
    )
    assert worst[2][3] == "it has no contexts"


def test_a_comment_is_short_however_many_cases_fail() -> None:
    long = tuple(
        replace(CASES[0], id=f"{n} {'&|' * 500}", answer="*" * 10**6, score=n / 1000)
        for n in range(999, 0, -1)
    )
    text = markdown.text(replace(REPORT, cases=long))
    assert len(text) < 65_536
    assert "The 20 worst of 999" in text
    told = rows(HOST.render(text))
    worst = told[told.index(["case", "state", "score", "why"]) + 1 :]
    assert [row[2] for row in worst] == [f".{n:03}" for n in range(1, 21)]


def test_nothing_wrong_is_said_in_words() -> None:
    text = markdown.text(replace(REPORT, cases=CASES[2:3]))
    assert "No case is contradicted" in text
    assert "why" not in text


def test_a_hostile_report_stays_text_in_its_table() -> None:
    text = markdown.text(harmful())
    html = HOST.render(text)
    tags = {tag.lower() for tag in re.findall(r"</?([a-zA-Z!][\w-]*)", html)}
    assert tags <= set("h2 h3 table thead tbody tr th td p strong br sub".split())
    for row in rows(html):
        assert len(row) in (3, 4, 5)
    assert not set("\x00\x08\x1b\x7f\x85\u202e\u2066\ud800\ufffe") & set(text)
    assert "window.harmed=1" in html  # it can be read, as text


@pytest.mark.parametrize(
    "word",
    [
        "@everyone",
        "#1",
        "https://evil.example",
        "www.evil.example",
        "GH-12",
        ":boom:",
        "a@b.example",
    ],
)
def test_no_host_finds_a_link_or_a_name_to_call(word: str) -> None:
    plain = markdown.plain(f"see {word} there", 200).replace("\\", "")
    assert word not in plain
    assert plain.replace("\u2060", "") == f"see {word} there"


def test_a_text_reads_as_it_was_written() -> None:
    written = "*a* _b_ `c` [d](e) ![f](g) <b> &amp; | ~~h~~ # $i$ \\j 12:30 = ^"
    html = HOST.renderInline(markdown.plain(written, 200))
    shown = html.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    assert shown.replace("\u2060", "") == written
    assert len(HARM) > 200
    assert markdown.plain(HARM, 20).endswith("…")
