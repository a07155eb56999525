"""What is told again for a moment, and what an answering process does with calls and failures."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import Pipe

import pytest

from tests.fake_newsdesk import FakeNewsdesk
from ui.serving.errors import WorkerFailed
from ui.serving.kept import Kept
from ui.serving.messages import Call, Done
from ui.serving.worker import _portable, _Worker


def test_while_a_figure_is_made_anew_all_others_are_told_the_old_one() -> None:
    kept, entered, go = Kept(0), threading.Event(), threading.Event()

    def slowly() -> str:
        entered.set()
        assert go.wait(30)
        return "new"

    assert kept.get("figure", lambda: "old") == "old"
    with ThreadPoolExecutor(1) as maker:
        made = maker.submit(kept.get, "figure", slowly)
        assert entered.wait(30)
        try:
            assert kept.get("figure", lambda: "made twice") == "old"
        finally:
            go.set()
        assert made.result() == "new"


def test_readers_who_come_before_there_is_a_figure_have_it_made_once() -> None:
    kept, entered, go = Kept(60), threading.Event(), threading.Event()
    made: list[int] = []

    def slowly() -> int:
        made.append(1)
        entered.set()
        assert go.wait(30)
        return len(made)

    with ThreadPoolExecutor(8) as readers:
        told = [readers.submit(kept.get, "figure", slowly) for _ in range(8)]
        assert entered.wait(30)
        go.set()
        assert [each.result() for each in told] == [1] * 8


def test_what_cannot_be_made_is_tried_again_by_the_next_reader() -> None:
    kept = Kept(60)
    with pytest.raises(ZeroDivisionError):
        kept.get("figure", lambda: 1 // 0)
    assert kept.get("figure", lambda: 1) == 1


def test_a_call_is_stopped_only_while_there_is_one() -> None:
    ours, theirs = Pipe()
    worker = _Worker(theirs)
    worker.stop(1)  # it came after the end of the call
    worker.expect(1)
    worker.do(FakeNewsdesk(), Call(1, "stats"))
    told = ours.recv()
    assert isinstance(told, Done)
    assert told.value.articles == FakeNewsdesk().stats().articles
    worker.expect(2)
    worker.stop(2)
    worker.do(FakeNewsdesk(), Call(2, "stats"))
    assert ours.recv() == Done(2)
    assert worker.busy == 0


def test_what_failed_in_a_process_is_logged_without_its_words(
    caplog: pytest.LogCaptureFixture,
) -> None:
    words = "who asked this\n2026-01-01 forged"
    with pytest.raises(ValueError, match="who asked") as failure:
        raise ValueError(words)
    assert isinstance(_portable(failure.value), WorkerFailed)
    assert "ValueError" in caplog.text
    assert "test_serving_kept.py" in caplog.text
    assert "who asked" not in caplog.text
