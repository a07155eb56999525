"""What a language model writes, measured: counts, a row per sentence, and exchanged copies."""

from __future__ import annotations

import io
import json
import random
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from eval.exchange import exchanges
from eval.writing import WritingScores, measure, questions_in
from index.archive import Archive
from index.errors import SettingsError, SourceError
from rag import Assistant
from rag.llm.endpoint import Endpoint
from rag.llm.writer import writer_for
from rag.verdict import Claim, Context
from rag.verify import STRICT, verifier_for
from tests import cli
from tests.cli import byline, byline_json
from tests.fake_embedder import FakeEmbedder
from tests.llm_server import Script, in_turn, passages_of, says, serving
from tests.sample_archive import add, story

one_model = cli.one_model
newsroom = cli.newsroom
desk = cli.desk

FERRY = (
    "The night ferry to Sarne sails on Friday. It takes nine hours. Tickets for the night ferry "
    "cost 40 crowns, the harbour master, Ann Lee, said."
)
COD = (
    "The quota for cod was cut by 13 percent on Tuesday, the ministry said. Trawlers stayed in "
    "port, 60 boats in all. The minister, Per Holm, blamed the ferry."
)
PRICE = "How much do tickets for the night ferry cost?"
TRUE = "Tickets for the night ferry cost 40 crowns."
SAILS = "The night ferry to Sarne sails on Friday."
FALSE = "Tickets for the night ferry cost 95 crowns."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    embedder = FakeEmbedder()
    add(
        tmp_path,
        embedder,
        story("ferry", FERRY, title="Night ferry returns"),
        story("cod", COD, title="Cod quota for the ferry port cut"),
    )
    return tmp_path


def measured(
    folder: Path, script: Script, *questions: str, seed: int = 0
) -> tuple[WritingScores, list[dict[str, Any]]]:
    out = io.StringIO()
    with serving(script) as served:
        llm = Endpoint("small", url=served.url, price=(1.0, 2.0))
        writer = writer_for(llm, "rules")
        with Assistant(
            Archive(folder),
            FakeEmbedder(),
            threshold=0.0,
            today=date(2025, 6, 1),
            writer=writer,
        ) as assistant:
            scores = measure(assistant, questions or (PRICE,), out, seed=seed)
            assert assistant.writer is writer  # it was only lent
    return scores, [json.loads(line) for line in out.getvalue().splitlines()]


def wrongly_cited(text: str, telling: str) -> Script:
    """A model that writes a sentence and cites a passage that does not say it."""

    def script(body: Any, reply: Any) -> None:
        shown = passages_of(body)
        wrong = next(n for n, passage in enumerate(shown, start=1) if telling not in passage)
        says(f"{text} [p{wrong}]")(body, reply)

    return script


def test_every_sentence_is_counted_by_what_became_of_it(folder: Path) -> None:
    wrote = f"I am happy to help! {TRUE} [p1] {TRUE} [p1] {FALSE} [p1][p77]"
    scores, rows = measured(folder, in_turn(says(wrote), says("NONE")))
    assert dict(scores.fates) == {"dropped": 1, "idle": 1, "repeated": 1, "shown": 1}
    assert [(row["text"], row["fate"]) for row in rows] == [
        ("I am happy to help!", "idle"),
        (TRUE, "shown"),
        (TRUE, "repeated"),
        (FALSE, "dropped"),
    ]
    assert (scores.asked, scores.written) == (1, 1)
    assert scores.invented_ids == 1
    assert scores.fallbacks == (("none", 1),)
    assert (scores.prompt_tokens, scores.completion_tokens) == (200, 40)
    assert scores.cost == pytest.approx(280 / 1_000_000)


def test_a_sentence_that_was_written_again_is_kept_beside_the_first(folder: Path) -> None:
    scores, rows = measured(folder, in_turn(says(f"{FALSE} [p1]"), says(TRUE)))
    assert dict(scores.fates) == {"rewritten": 1, "shown": 1}
    first, second = rows
    assert (first["text"], first["fate"], first["copies"]) == (FALSE, "rewritten", [])
    assert (second["text"], second["fate"], second["again"]) == (TRUE, "shown", True)


def test_a_citation_that_was_put_right_is_kept_with_what_it_is_now(folder: Path) -> None:
    scores, (row,) = measured(folder, wrongly_cited(TRUE, "40 crowns"))
    assert dict(scores.fates) == {"mended": 1}
    (evidence, *_) = row["evidence"]
    assert [evidence["passage"]] != row["cited"]
    assert "40 crowns" in evidence["text"]
    assert evidence["text"] in row["passages"][evidence["passage"]]["text"]


def test_a_row_holds_all_that_is_needed_to_verify_its_sentence_again(folder: Path) -> None:
    _, rows = measured(folder, in_turn(says(f"{TRUE} [p1] {FALSE} [p1]"), says("NONE")))
    judge = verifier_for("rules", STRICT)
    for row in rows:
        assert (row["question"], row["model"], row["verifier"]) == (PRICE, "small", judge.id)
        assert row["by_hand"] is None
        cited = tuple(
            Context(
                passage["text"],
                passage["title"],
                date.fromisoformat(passage["published"]),
                passage["language"],
            )
            for passage in (row["passages"][name] for name in row["cited"])
        )
        day = date.fromisoformat(row["day"])
        texts = [row["text"], *(copy["text"] for copy in row["copies"])]
        again = judge.verify([Claim(text, cited, day) for text in texts])
        kept = [row["verdict"], *(copy["verdict"] for copy in row["copies"])]
        assert again[0].state.value == kept[0]["state"]
        assert round(again[0].score, 4) == kept[0]["score"]
        for verdict, before in zip(again, kept, strict=True):
            assert (verdict.state.value == "supported") == (before["state"] == "supported")


def test_copies_of_what_was_shown_are_held_against_the_same_passages(folder: Path) -> None:
    scores, rows = measured(folder, says(f"{TRUE} [p1] {SAILS} [p1]"))
    copies = [copy for row in rows for copy in row["copies"]]
    assert {copy["kind"] for copy in copies} == {"number", "date", "name"}
    for row in rows:
        for copy in row["copies"]:
            assert copy["text"] != row["text"]
            assert copy["text"].replace(copy["now"], copy["was"], 1) == row["text"]
            assert any(copy["now"] in passage["text"] for passage in row["passages"].values())
            assert copy["rejected"] == (copy["verdict"]["state"] != "supported")
    assert scores.rejected == (sum(copy["rejected"] for copy in copies), len(copies))
    assert sum(of for _, _, of in scores.copies) == len(copies)
    # nothing in these passages bears a copy out
    assert scores.rejected[0] == len(copies)


def test_a_check_that_lets_everything_through_is_seen_to(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    judge = verifier_for("rules")
    (truth,) = judge.verify([Claim(TRUE, (Context(FERRY),))])
    monkeypatch.setattr(type(judge), "verify", lambda _, claims: [truth for _ in claims])
    scores, rows = measured(folder, says(f"{TRUE} [p1]"))
    rejected, copies = scores.rejected
    assert (rejected, copies) == (0, len(rows[0]["copies"]))
    assert copies > 0


def test_the_same_seed_gives_the_same_rows(folder: Path) -> None:
    script = in_turn(says(f"{TRUE} [p1] {SAILS} [p1]"))
    assert measured(folder, script) == measured(folder, script)
    drawn = {json.dumps(measured(folder, script, seed=seed)[1]) for seed in range(4)}
    assert len(drawn) > 1


def test_what_the_archive_answered_instead_is_counted_with_its_reason(folder: Path) -> None:
    script = in_turn(says(f"{TRUE} [p1]"), lambda _, reply: reply.error(401, {}))
    scores, rows = measured(folder, script, PRICE, PRICE, "Give me a timeline of the night ferry.")
    assert (scores.asked, scores.written) == (3, 2)
    assert dict(scores.fallbacks) == {"none": 1, "refused": 1}
    assert len(rows) == 1


def test_without_a_language_model_there_is_nothing_to_measure(folder: Path) -> None:
    with (
        Assistant(Archive(folder), FakeEmbedder()) as assistant,
        pytest.raises(SettingsError, match="--llm"),
    ):
        measure(assistant, [PRICE], io.StringIO())


def test_questions_are_read_from_rows(tmp_path: Path) -> None:
    file = tmp_path / "q.jsonl"
    file.write_text('{"question": "Who?"}\n\n{"id": 2}\n{"question": "When?"}\n')
    assert questions_in(file) == ["Who?", "When?"]
    file.write_text('{"id": 2}\n')
    with pytest.raises(SourceError, match="holds no questions"):
        questions_in(file)


# -- the command -----------------------------------------------------------------------------


def test_the_command_writes_the_rows_and_prints_the_counts(desk: Path, newsroom: Path) -> None:
    wrote = "The ferry Aurora had 212 passengers on board. [p1] The captain was a parrot. [p9]"
    Path("q.jsonl").write_text(
        '{"question": "How many passengers were on board the ferry Aurora?"}\n'
        '{"question": "This one is over the limit?"}\n'
    )
    with serving(in_turn(*[says(wrote), says("NONE")] * 2)) as served:
        asked = ("eval", "writing", "q.jsonl", "--archive", newsroom, "--out", "rows.jsonl")
        given = (*asked, "-n", "1", "--llm", "small", "--llm-url", served.url)
        result = byline(*given, "--verifier", "rules", "--llm-timeout", "200")
        assert result.exit_code == 0, result.output
        scores = byline_json(*given, "--verifier", "rules", "--llm-timeout", "200")
    shown = " ".join(result.stdout.split())
    assert "1 question, of which the model was asked 1" in shown
    assert "dropped, not borne out 1 50 %" in shown
    assert "invented citations 1" in shown
    rows = [json.loads(line) for line in Path("rows.jsonl").read_text().splitlines()]
    assert [row["fate"] for row in rows] == ["shown", "dropped"]
    assert scores["copies_made"] == sum(len(row["copies"]) for row in rows) > 0
    assert scores["asked"] == 1


def test_the_command_needs_a_language_model(desk: Path, newsroom: Path) -> None:
    Path("q.jsonl").write_text('{"question": "Who?"}\n')
    result = byline("eval", "writing", "q.jsonl", "--archive", newsroom, "--out", "rows.jsonl")
    assert result.exit_code == 1
    assert "name one with --llm" in result.stderr
    assert not Path("rows.jsonl").exists()


# -- copies ----------------------------------------------------------------------------------


def copies(text: str, near: list[str], far: list[str] | None = None) -> list[tuple[str, str, str]]:
    made = exchanges(text, near, far or [], random.Random(0))
    return [(each.kind, each.was, each.now) for each in made]


def test_a_thing_is_exchanged_for_another_of_its_kind() -> None:
    text = "Ann Lee sold 40 boats in July 2019."
    near = ["Eva Holm bought 7 boats in June 2021.", text]
    assert copies(text, near) == [
        ("number", "40", "7"),
        ("date", "July", "June"),
        ("date", "2019", "2021"),
        ("name", "Ann Lee", "Eva Holm"),
    ]


def test_what_the_near_texts_lack_comes_from_the_far_ones() -> None:
    text = "The dam held 40 boats."
    assert copies(text, [text], ["There were 7."]) == [("number", "40", "7")]
    assert copies(text, ["There were 9."], ["There were 7."]) == [("number", "40", "9")]
    assert copies(text, [text]) == []


def test_a_word_for_a_number_is_exchanged_for_a_word() -> None:
    assert copies("It took nine hours.", ["It took 12, then eleven, hours."]) == [
        ("number", "nine", "eleven")
    ]


def test_at_most_two_of_a_kind_are_exchanged() -> None:
    text = "The scores were 10, 20, 30, 40 and 50."
    found = copies(text, ["And 60."])
    assert [kind for kind, _, _ in found] == ["number", "number"]
    assert len({was for _, was, _ in found}) == 2
