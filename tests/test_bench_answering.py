"""`byline eval bench answering`: the sample's questions, answered and timed by step."""

from __future__ import annotations

from itertools import accumulate
from pathlib import Path
from types import SimpleNamespace

import pytest

from eval import latency
from eval.bench import answering
from eval.bench.registry import Given, as_json, bench


def test_the_sample_is_answered_and_every_step_timed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    read = latency.read_plain
    monkeypatch.setattr(latency, "read_plain", lambda path: read(path)[:8])
    scores = answering.run(Given())
    found = scores.latency
    assert (found.questions, found.articles > 50, found.answered > 0) == (3, True, True)
    steps = found.steps
    assert steps["total"].median >= steps["read"].median > 0
    assert scores.processor > 0
    text = "\n".join(bench("answering").lines(scores, tmp_path))
    assert f"{steps['total'].median:.1f}" in text
    assert f"{found.passages:,} passages" in text
    assert set(as_json(scores)) == {"latency", "processor"}


def test_questions_that_warm_up_are_counted_in_neither_time(
    sample_archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spent = accumulate([100.0] * latency.WARM_UP + [7.0] * 2)  # seconds, answer by answer
    clock = SimpleNamespace(process_time=lambda: next(spent))
    monkeypatch.setattr(answering, "time", clock)
    monkeypatch.setattr(answering, "QUESTIONS", latency.WARM_UP + 2)
    scores = answering.run(Given(archive=str(sample_archive)))
    assert scores.latency.questions == 2
    assert scores.processor == pytest.approx(7_000)
