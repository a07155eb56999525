"""The page of results: what was measured is on it, what was not is said, nothing else is."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from eval import goals, results, sections
from eval.asking import Setup, temporary
from eval.corpus import index_rows
from eval.figures import Figure
from eval.grounding import Recipe
from eval.results import report
from index.errors import SourceError
from tests.fake_embedder import FakeEmbedder

STORIES = [
    {"id": "ferry", "text": "The night ferry sails to Sarne on Fridays."},
    {"id": "tram", "text": "Tram line four opens in October, the city said."},
]
ASKED = [
    {"id": "1", "question": "When does the night ferry sail?", "relevant": ["ferry"]},
    {"id": "2", "question": "When does tram line four open?", "relevant": ["tram"]},
]
SQUAD = [
    {"question": "When does the night ferry sail to Sarne?", "context": STORIES[0]["text"],
     "answerable": True},
    {"question": "Which violinist married a beekeeper?", "context": STORIES[1]["text"],
     "answerable": False},
]  # fmt: skip


def write(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two benchmarks of those that there are, and a sample of two stories."""
    folder = tmp_path / "data"
    write(folder / "retrieval" / "xquad_en" / "corpus.jsonl", STORIES)
    write(folder / "retrieval" / "xquad_en" / "queries.jsonl", ASKED)
    write(folder / "abstention" / "squad2.jsonl", SQUAD)
    sample = tmp_path / "sample"
    (sample / "articles").mkdir(parents=True)
    for story in STORIES:
        (sample / "articles" / f"{story['id']}.txt").write_text(
            f"{story['text']} Nobody at the harbour was surprised by it, the operator said, and "
            "the timetable will be printed in the spring, as it has been in other years.\n"
        )
    gold = [{"sentence": STORIES[0]["text"]}]
    wanted = {"question": ASKED[0]["question"], "answerable": True, "gold": gold}
    write(sample / "questions.jsonl", [wanted])
    write(sample / "conversations.jsonl", [{"id": "c", "turns": [wanted]}])
    case = {"id": "time-1", "question": ASKED[0]["question"], "before_code": True,
            "expect": {"any": ["Fridays"]}}  # fmt: skip
    write(sample / "cases" / "time.jsonl", [case])
    monkeypatch.setattr(sections, "SAMPLE", sample)
    monkeypatch.setattr(results, "SAMPLE", sample)
    monkeypatch.setattr(sections, "CASES", sample / "cases")
    return folder


def test_the_page_tells_what_was_measured_and_what_is_missing(data: Path, tmp_path: Path) -> None:
    setup = Setup(FakeEmbedder(), threshold=0.3)
    page = report(data, setup, tmp_path / "plots")
    parts = dict(re.findall(r"^## (.+?)\n\n(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL))
    assert "| fused | 1.000" in parts["Retrieval: xquad_en"]
    for missing in ("Retrieval: time1963", "Follow-ups", "Choosing the sentence: qed"):
        assert parts[missing].strip() == "Not measured: this benchmark is missing."
    assert "2 questions over 2 paragraphs" in parts["Refusing: squad2"]
    assert "(plots/threshold.svg)" in parts["Refusing: squad2"]
    assert (tmp_path / "plots" / "threshold.svg").is_file()
    assert "| time | 1 of 1 | 1 of 1 |" in parts["The sample archive"]
    assert "Time to an answer" not in parts
    aimed = parts["Against what was aimed at"]
    english = next(line for line in aimed.splitlines() if "XQuAD English" in line)
    assert english.startswith("| XQuAD English | hit@1 | .948 | .960 | .980 | 1.000")
    assert english.endswith("| aim reached |")
    assert re.search(r"QED \| R@1 \|.*\| - \| not measured", aimed)
    assert "threshold 0.3" in page
    assert "reader none" in page
    assert str(tmp_path) not in page
    assert "nan" not in page.casefold().split()


def test_the_page_is_the_same_twice(data: Path, tmp_path: Path) -> None:
    setup = Setup(FakeEmbedder(), threshold=0.3)
    assert report(data, setup, tmp_path / "plots") == report(data, setup, tmp_path / "plots")


def test_times_are_measured_on_an_archive_that_is_named(data: Path, tmp_path: Path) -> None:
    write(data / "retrieval" / "news_facts" / "corpus.jsonl", STORIES)
    write(data / "retrieval" / "news_facts" / "queries.jsonl", ASKED * 4)
    setup = Setup(FakeEmbedder(), threshold=0.3)
    with temporary(setup, lambda folder: index_rows(STORIES, folder, setup.embedder)) as desk:
        page = report(data, setup, tmp_path / "plots", archive=desk.archive.location)
    assert "3 questions, 3 of them answered, over 2 passages of 2 articles" in page


def test_each_set_of_grounding_is_measured_and_a_missing_one_is_said(tmp_path: Path) -> None:
    claims = [
        {"document": STORIES[0]["text"], "claim": STORIES[0]["text"], "supported": True},
        {"document": STORIES[0]["text"], "claim": STORIES[1]["text"], "supported": False},
    ]
    write(tmp_path / "wice.jsonl", claims)
    section = sections.grounding_section(Recipe("rules"), None, tmp_path)
    line = next(each for each in section.lines if each.startswith("| wice "))
    assert "| 1.000" in line
    assert "2: 1 supported, 1 unsupported" in line
    assert any("qags_xsum | not measured: this set is missing" in each for each in section.lines)
    accuracy = section.told["wice BA"]
    assert isinstance(accuracy, Figure)
    assert accuracy.value == 1.0
    assert section.told["claims per second"]


def test_a_missing_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="there is no folder"):
        report(tmp_path / "none", Setup(FakeEmbedder()), tmp_path)


@pytest.mark.parametrize(
    ("figure", "lower", "verdict"),
    [
        (Figure(0.98), False, "aim reached"),
        (0.96, False, "reached"),
        (Figure(0.95), False, "**missed**"),
        (Figure(None), False, "not measured"),
        (None, False, "not measured"),
        (70.0, True, "aim reached"),
        (149.0, True, "reached"),
        (151.0, True, "**missed**"),
    ],
)
def test_a_figure_is_held_against_its_goal(
    figure: Figure | float | None, lower: bool, verdict: str
) -> None:
    least, aim = (150.0, 80.0) if lower else (0.96, 0.98)
    goal = goals.Goal("k", "n", "m", None, least, aim, lower_is_better=lower)
    assert results._verdict(goal, figure) == verdict


def test_every_goal_is_one_that_a_section_tells() -> None:
    told = {f"{name} {measure}" for name in ("xquad_en", "xquad_tr", "xquad_ru", "time1963",
            "news_facts") for measure in sections._RETRIEVAL}  # fmt: skip
    told |= {f"{name} {measure}" for name in sections.GROUNDING for measure in ("AUC", "BA")}
    source = Path(sections.__file__).read_text(encoding="utf-8")
    for goal in goals.GOALS:
        assert goal.key in told or f'"{goal.key}"' in source
