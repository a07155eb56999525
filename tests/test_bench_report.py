"""`byline eval bench`: by name, as JSON, and into a section of the page."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from eval.bench import registry, report
from eval.bench.setup import setup
from eval.processors import cores
from tests.cli import byline


@dataclass(frozen=True, slots=True)
class Scores:
    seconds: float
    curve: tuple[int, ...]


@pytest.fixture
def waiting(monkeypatch: pytest.MonkeyPatch) -> list[registry.Given]:
    """A benchmark that measures nothing and keeps what it was given."""
    given: list[registry.Given] = []

    def run(what: registry.Given) -> Scores:
        given.append(what)
        return Scores(0.25, (1, 2))

    def lines(scores: Any, plots: Path | None) -> Sequence[str]:
        if plots is not None:
            plots.mkdir(parents=True, exist_ok=True)
        return (f"{scores.seconds} s",)

    module: Any = ModuleType("eval.bench.waiting")
    module.run, module.lines = run, lines
    monkeypatch.setitem(sys.modules, "eval.bench.waiting", module)
    monkeypatch.setitem(registry.BENCHES, "waiting", "Waiting")
    return given


def test_json_is_all_there_is_on_stdout(waiting: list[registry.Given], tmp_path: Path) -> None:
    done = byline("eval", "bench", "waiting", "--data", tmp_path, "--archive", "there", "--json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout) == {"seconds": 0.25, "curve": [1, 2]}
    assert (waiting[0].data, waiting[0].archive) == (tmp_path, "there")


def test_people_are_told_the_machine_too(waiting: list[registry.Given]) -> None:
    done = byline("eval", "bench", "waiting")
    assert "0.25" in done.stdout
    processor = setup().processor
    assert f"{cores()} core" in done.stdout
    assert " ".join(processor.split()) in " ".join(done.stdout.split())


def test_nothing_is_written_where_that_was_not_asked_for(
    waiting: list[registry.Given], tmp_path: Path
) -> None:
    page = tmp_path / "new" / "page.md"
    assert byline("eval", "bench", "waiting", "--page", page).exit_code == 0
    assert not page.parent.exists()
    assert byline("eval", "bench", "waiting", "--page", page, "--write").exit_code == 0
    assert "0.25 s" in page.read_text()
    assert (page.parent / "plots").is_dir()


def test_an_unknown_name_is_answered_with_those_that_there_are() -> None:
    done = byline("eval", "bench", "embeding")
    assert done.exit_code == 1
    assert "no benchmark 'embeding'" in done.stderr
    assert ", ".join(sorted(registry.BENCHES)) in done.stderr


@pytest.mark.parametrize("name", registry.BENCHES)
def test_every_benchmark_has_what_the_command_calls(name: str) -> None:
    found = registry.bench(name)
    assert callable(found.run)
    assert callable(found.lines)


def test_a_section_is_replaced_and_the_others_stay(
    waiting: list[registry.Given], tmp_path: Path
) -> None:
    page = tmp_path / "BENCHMARKS.md"
    machine = setup()
    report.write(page, "waiting", ["as it was"], machine)
    report.write(page, "embedding", ["four times"], machine)
    strange = "<!-- bench: of-old -->\n## Of old\n\nkept\n<!-- /bench: of-old -->"
    page.write_text(page.read_text() + strange)
    done = byline("eval", "bench", "waiting", "--write", "--page", page)
    assert done.exit_code == 0, done.output
    text = page.read_text()
    assert "as it was" not in text
    assert strange in text
    order = [text.index(words) for words in ("# Benchmarks", "four times", "0.25 s", "## Of old")]
    assert order == sorted(order)
    assert text.count("## Waiting") == 1
    once = text
    byline("eval", "bench", "waiting", "--write", "--page", page)
    assert page.read_text().count("\n") == once.count("\n")
