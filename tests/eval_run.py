"""Two stories, cases about them, and how they are run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from eval.answers import Run
from eval.corpus import index_rows
from eval.report import CaseResult, Measure, Report
from index.archive import Archive
from index.types import Headline, Passage
from rag.assistant import Assistant
from rag.types import Hit
from tests.fake_embedder import FakeEmbedder
from tests.fake_verifier import FakeVerifier

FERRY = "The night ferry sails to Sarne on Fridays."
TRAM = "Tram line four opens in October, they said."
STORIES = [
    {"id": "ferry", "title": "Night ferry", "text": FERRY},
    {"id": "tram", "title": "Tram line four", "text": TRAM},
]
ASKED: dict[str, Any] = {
    "id": "ferry",
    "question": "When does the night ferry sail to Sarne?",
    "answerable": True,
    "answer": "on Fridays",
    "gold": [{"sentence": FERRY}],
}
CHESS = {"id": "chess", "question": "Who won the chess olympiad?", "answerable": False}


def rows(path: Path, *lines: dict[str, Any] | str) -> Path:
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    path.write_text("\n".join(texts) + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """An archive of two stories, and their ids by name."""
    folder = tmp_path_factory.mktemp("archive")
    ids = index_rows(STORIES, folder, FakeEmbedder())
    return folder, {name: article_id for article_id, name in ids.items()}


def opened(folder: Path) -> Assistant:
    return Assistant(Archive(folder), FakeEmbedder(), threshold=0.3)


def run(**about: Any) -> Run:
    return Run(**{"opener": opened, "verifier": FakeVerifier(), "samples": 50, **about})


def by_name(report: Report) -> dict[str, Measure]:
    return {measure.name: measure for measure in report.measures}


def by_id(report: Report) -> dict[str, CaseResult]:
    return {case.id: case for case in report.cases}


def hit(text: str, passage: str = "p0", article: str = "s1", original: str | None = None) -> Hit:
    head = Headline(article, None, "T", None, None, None, "en", None, None, 1, original)
    return Hit(Passage(passage, article, 1, 0, 0, len(text), text), head, 1.0, 1)


@pytest.fixture
def empty(desk: tuple[Path, dict[str, str]]) -> Archive:
    return Archive(desk[0])
