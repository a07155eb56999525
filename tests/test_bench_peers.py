"""The comparison with peers: its arithmetic, its files, and who is left out of it."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from pathlib import Path

import pytest

from eval.bench.peers.collection import Asked, Collection, read
from eval.bench.peers.comparing import against, standing
from eval.bench.peers.contestants import CONTESTANTS, chosen
from eval.bench.peers.running import in_turn
from eval.bench.peers.showing import section
from eval.bench.peers.types import (
    BYLINE,
    Against,
    Contestant,
    LeftOut,
    PeerFailed,
    PeersResult,
    Run,
)
from index.errors import SourceError
from tests.cli import byline

OURS, TXTAI = CONTESTANTS[0], CONTESTANTS[1]
ASKED = (
    Asked("one", "Who?", frozenset({"a"})),
    Asked("one", "What?", frozenset({"b", "c"})),
    Asked("two", "Where?", frozenset({"d"})),
)
RANKED = (("a", "b"), ("c", "a"), ("a",))  # hits 1, 1, 0; recall 1, .5, 0


def made(indexing: float = 2.0, latency: float = 10.0, **changes: object) -> Run:
    run = Run(indexing, indexing, 20, (latency,) * 3, (latency,) * 3, RANKED, 3_000_000, 2_000_000)
    return replace(run, **changes)  # type: ignore[arg-type]


def test_figures_are_medians_of_the_rounds_and_every_set_counts_the_same() -> None:
    runs = [made(indexing=1.0), made(indexing=2.0), made(indexing=50.0)]
    it = standing(OURS, "1", runs, ASKED, articles=10)
    assert it.articles_per_second == pytest.approx(5.0)
    assert it.busy_ms_per_article == pytest.approx(200.0)
    assert [each.recall_at_10 for each in it.sets] == pytest.approx([0.75, 0.0])
    assert [each.questions for each in it.sets] == [2, 1]
    assert it.recall_at_10 == pytest.approx(0.375)
    assert it.hit_at_1 == pytest.approx(0.5)


def test_where_one_answer_will_do_the_other_edition_need_not_be_found() -> None:
    one = Asked("one", "What?", frozenset({"c", "z"}))
    found = made(ranked=(("x", "c"),), latencies_ms=(1.0,), busy_ms=(1.0,))
    for asked, recall in ((one, 0.5), (replace(one, one_will_do=True), 1.0)):
        it = standing(OURS, "1", [found], [asked], articles=10)
        assert it.recall_at_10 == pytest.approx(recall)
        assert it.hit_at_1 == 0.0


def test_latencies_are_the_median_and_the_95th_percentile_of_each_round() -> None:
    slow = made(latencies_ms=(1.0, 2.0, 103.0))
    it = standing(OURS, "1", [slow, slow, made()], ASKED, articles=10)
    assert it.latency_ms == pytest.approx(2.0)
    assert it.latency_p95_ms == pytest.approx(92.9)  # between the second and the third, by tenths


def test_a_ratio_is_of_runs_of_the_same_round() -> None:
    # the second round was three times as slow for both
    own, theirs = [made(1.0, 5.0), made(3.0, 15.0)], [made(4.0, 20.0), made(12.0, 60.0)]
    it = compared(own, theirs)
    assert it.indexing == pytest.approx(4.0)
    assert it.latency == pytest.approx(4.0)
    assert it.ahead
    assert it.reason is None


def test_what_falls_short_is_told_with_its_figures() -> None:
    worse = ((), *RANKED[1:])
    it = compared([made(2.0, 10.0, ranked=worse)], [made(3.0, 40.0)])
    assert not it.ahead
    assert it.reason is not None
    assert "Byline indexes 1.50 times as fast" in it.reason
    assert "200.0 ms for an article, the peer 300.0 ms" in it.reason
    assert "finds" not in it.reason
    assert "Recall@10 is lower on one (0.250 against 0.750)." in it.reason
    assert it.recall_difference == pytest.approx(-0.25)


def compared(own: list[Run], theirs: list[Run]) -> Against:
    return against(
        standing(OURS, "1", own, ASKED, 10), own, standing(TXTAI, "2", theirs, ASKED, 10), theirs
    )


def test_every_contestant_begins_a_round_in_its_turn() -> None:
    order: list[str] = []

    def note(each: Contestant) -> Run:
        order.append(each.name)
        return made()

    runs, left_out = in_turn(CONTESTANTS[:3], 3, note, lambda *_: None)
    assert order == [
        *("byline", "txtai", "haystack"),
        *("txtai", "haystack", "byline"),
        *("haystack", "byline", "txtai"),
    ]
    assert [len(each) for each in runs.values()] == [3, 3, 3]
    assert not left_out


def test_a_peer_that_fails_is_left_out_and_the_others_go_on() -> None:
    tried: list[str] = []

    def fail_txtai(each: Contestant) -> Run:
        tried.append(each.name)
        if each is TXTAI and tried.count("txtai") == 2:
            raise PeerFailed("it had not finished after 9 seconds")
        return made()

    runs, left_out = in_turn(CONTESTANTS[:3], 3, fail_txtai, lambda *_: None)
    assert [each.name for each in runs] == ["byline", "haystack"]
    assert [len(each) for each in runs.values()] == [3, 3]
    assert left_out == [LeftOut("txtai", "txtai", "it had not finished after 9 seconds")]
    assert tried.count("txtai") == 2


def test_without_byline_there_is_no_comparison() -> None:
    def fail(each: Contestant) -> Run:
        raise PeerFailed("it ended with status 1: no memory")

    with pytest.raises(PeerFailed, match=r"Byline itself was not measured: .* no memory"):
        in_turn(CONTESTANTS[:1], 1, fail, lambda *_: None)


def compared_with_txtai() -> PeersResult:
    own, theirs = [made()], [made(3.0, 40.0)]
    return PeersResult(
        10,
        3,
        ("one", "two"),
        1,
        20,
        2,
        (0.5, 1.25),
        (standing(OURS, "1.2", own, ASKED, 10), standing(TXTAI, "9", theirs, ASKED, 10)),
        (compared(own, theirs),),
        (LeftOut("haiku.rag", "haiku.rag", "it needs Python 3.12 or newer"),),
    )


def test_the_command_takes_a_folder_for_the_peers_and_shows_the_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[int, Path]] = []

    def pretend(collection: Collection, work: Path, **_: object) -> PeersResult:
        asked.append((len(collection.stories), work))
        return compared_with_txtai()

    monkeypatch.setattr("eval.bench.peers.running.run", pretend)
    arguments = ("eval", "bench", "peers", "--articles", "9", "--work", str(tmp_path))
    shown = byline(*arguments)
    assert shown.exit_code == 0, shown.output
    assert "Byline indexes 1.50 times as fast" in " ".join(shown.output.split())
    found = json.loads(byline(*arguments, "--json").stdout)
    assert found["against"][0]["latency"] == pytest.approx(4.0)
    assert found["left_out"][0]["name"] == "haiku.rag"
    assert asked == [(9, tmp_path)] * 2


def test_the_report_names_who_was_left_out_and_why() -> None:
    told = "\n".join(section(compared_with_txtai()))
    assert "| articles a second | 5.0 | 3.3 |" in told
    assert "| txtai | 1.50 times | 4.00 times | 1.50 and 4.00 | +0.000 | +0.000 |" in told
    assert "- txtai: Byline indexes 1.50 times as fast" in told
    assert "- haiku.rag was left out: it needs Python 3.12 or newer" in told
    assert "load average 0.5 before and 1.2 after" in told


def test_peers_are_named_by_name_and_byline_is_always_there() -> None:
    assert [each.name for each in chosen(("haiku.rag", "txtai"))] == [BYLINE, "txtai", "haiku.rag"]
    assert chosen(()) == CONTESTANTS
    with pytest.raises(ValueError, match="unknown peer 'haystac'"):
        chosen(("haystac",))


def test_without_data_the_sample_is_asked_about() -> None:
    collection = read(None, 1000)
    ids = [each.id for each in collection.stories]
    assert len(ids) == len(set(ids)) > 40  # one of them lies there under two addresses
    assert collection.sets == ("sample",)
    assert all(each.relevant <= set(ids) for each in collection.asked)
    assert len(collection.asked) > 80
    assert 0 < sum(not each.one_will_do for each in collection.asked) < 20


def test_sets_are_mixed_and_filled_up_with_other_articles(tmp_path: Path) -> None:
    data = benchmarks(tmp_path)
    whole = read(data, 7)
    assert [each.id for each in whole.stories] == [
        *("news_facts/1", "xquad_en/1", "news_facts/2", "xquad_en/2"),
        *("reuters/r1", "reuters/r2"),
    ]
    assert [each.question for each in whole.asked] == ["Which?"] * 4
    few = read(data, 2)
    assert [each.id for each in few.stories] == ["news_facts/1", "xquad_en/1"]
    assert [each.relevant for each in few.asked] == [{"news_facts/1"}, {"xquad_en/1"}]
    assert [each.set for each in read(data, 7, questions=2).asked] == ["news_facts", "xquad_en"]
    one = read(data, 3, sets=("xquad_en",))
    assert [each.id for each in one.stories] == ["xquad_en/1", "xquad_en/2", "reuters/r1"]
    assert one.sets == ("xquad_en",)


def test_a_folder_without_benchmarks_is_said_to_be_one(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="holds none of retrieval/news_facts"):
        read(tmp_path, 10)


def benchmarks(folder: Path) -> Path:
    for name in ("news_facts", "xquad_en"):
        rows: list[dict[str, object]] = [
            {"id": n, "text": f"Story {n}.", "title": "T"} for n in (1, 2)
        ]
        asked: list[dict[str, object]] = [{"question": "Which?", "relevant": [n]} for n in (1, 2)]
        write(folder / "retrieval" / name / "corpus.jsonl", rows)
        write(
            folder / "retrieval" / name / "queries.jsonl",
            [*asked, {"question": "None?", "relevant": []}],
        )
    others = [{"id": f"r{n}", "text": text} for n, text in ((1, "One."), (0, " "), (2, "Two."))]
    reuters = folder / "corpus" / "reuters21578.jsonl.gz"
    reuters.parent.mkdir()
    reuters.write_bytes(gzip.compress("\n".join(map(json.dumps, others)).encode()))
    return folder


def write(path: Path, rows: list[dict[str, object]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
