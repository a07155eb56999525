"""What the README tells people to type works as it says."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from ui.settings import settings_table

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def block(name: str) -> str:
    found = re.search(rf"<!-- run: {name} -->\n```\w+\n(.*?)```", README, re.DOTALL)
    assert found, f"README.md has no example marked {name!r}"
    return found.group(1)


@pytest.fixture
def desk(sample_archive: Path, tmp_path: Path) -> Path:
    """A working directory with the sample archive in it, as after `make chat`."""
    (tmp_path / "archive").symlink_to(sample_archive)
    return tmp_path


def run(command: list[str], folder: Path) -> str:
    environment = {key: value for key, value in os.environ.items() if "BYLINE" not in key}
    environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"
    environment["PYTHONPATH"] = str(ROOT)
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=240
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_asking_in_a_shell_answers_with_sources_and_as_json(desk: Path) -> None:
    printed = run(["sh", "-ec", block("ask")], desk)
    assert "131 votes to 24" in printed
    assert "[1] " in printed
    answer = json.loads(re.search(r"^\{\n.*?^\}", printed, re.DOTALL | re.MULTILINE).group())  # type: ignore[union-attr]
    assert answer["schema"] == "byline.answer/1"
    assert {c["source"] for c in answer["citations"]} == {"The Harbour Gazette"}
    assert "52" in printed[printed.rindex("}") :]


def test_grading_answers_finds_the_one_with_another_number(tmp_path: Path) -> None:
    printed = run(["sh", "-ec", block("grounding")], tmp_path)
    report = json.loads((tmp_path / "report" / "report.json").read_text("utf-8"))
    assert [case["state"] for case in report["cases"]] == ["supported", "contradicted"]
    failure = report["cases"][1]["claims"][0]["verdict"]["failures"][0]
    assert (failure["check"], failure["words"], failure["found"]) == (
        "number",
        "five",
        "three more years",
    )
    assert "contradicted" in printed
    assert {p.name for p in (tmp_path / "report").iterdir()} >= {
        "report.html",
        "report.md",
        "junit.xml",
    }


def test_a_test_of_ones_own_fails_where_an_answer_claims_too_much(tmp_path: Path) -> None:
    code = block("assert")
    false = code.replace("kept the night ferry", "closed the hospital")
    with pytest.raises(AssertionError, match="closed the hospital"):  # which the true one let it
        run([sys.executable, "-c", f"{code}\n{false}"], tmp_path)


def test_evaluating_retrieval_prints_one_json_object(tmp_path: Path) -> None:
    scores = json.loads(run(["sh", "-ec", block("eval")], tmp_path))
    assert scores["default"] == "reader"
    assert scores["steps"]["fused"]["hit@1"] == scores["steps"]["reader"]["hit@1"] == 1.0
    assert scores["queries"] == 2


def test_the_library_answers_cites_and_follows_up(desk: Path) -> None:
    printed = run([sys.executable, "-c", block("python")], desk)
    assert "Agnes Corrow, a retired judge" in printed
    assert "#:~:text=" in printed


def test_the_chat_is_an_asgi_app(desk: Path) -> None:
    check = (
        "\nfrom fastapi.testclient import TestClient\n"
        "client = TestClient(app)\n"
        "page = client.get('/').text\n"
        "assert 'The Harbour Gazette' in page\n"
        "foreign = client.get('/', headers={'Origin': 'https://other.example'})\n"
        "assert foreign.status_code == 403\n"
        "print('served')\n"
    )
    assert "served" in run([sys.executable, "-c", block("app") + check], desk)


def test_the_settings_are_the_ones_there_are() -> None:
    found = re.search(r"<!-- settings -->\n(.*?)<!-- /settings -->", README, re.DOTALL)
    assert found
    assert found.group(1).strip() == settings_table().strip()


def test_every_file_that_the_readme_links_to_is_there() -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", README)
    assert links
    for link in links:
        assert (ROOT / link).is_file(), link
