"""Several processes that answer as one desk: what readers notice, and what they never do."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from pickle import PicklingError
from typing import Any

import pytest

from index.errors import ArchiveMissing, QuestionError
from rag import Assistant
from rag.types import Answer, Question, Sentence, Turn
from tests.browsing import until
from tests.sample_archive import questions
from tests.serving_desks import Odd, missing
from ui.api.failures import as_problem
from ui.newsdesk import Newsdesk
from ui.serving import staff
from ui.serving.colleague import Colleague
from ui.serving.errors import NobodyThere, WorkerFailed, WorkerLost
from ui.serving.pool import Pool

FERRY = "What did the council decide about the night ferry?"


@pytest.fixture(scope="module")
def notes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("notes")


@pytest.fixture(scope="module")
def pool(notes: Path) -> Iterator[Pool]:
    with Pool(Odd(notes), 2) as pool:
        yield pool


def alive(pid: int) -> bool:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False
    return "State:\tZ" not in status


def test_an_answer_comes_piece_by_piece_and_whole(pool: Pool) -> None:
    desk: Newsdesk = pool
    history = (Turn("Hello?", "Hello?"),)
    pieces = list(desk.stream(FERRY, history=history))
    assert isinstance(pieces[0], Question)
    assert pieces[0].history == history
    assert [type(piece) for piece in pieces[-2:]] == [Sentence, Answer]
    assert desk.ask(FERRY).text == pieces[-1].text  # type: ignore[union-attr]


def test_two_questions_are_answered_by_two_processes_at_the_same_time(pool: Pool) -> None:
    with ThreadPoolExecutor(2) as readers:
        answers = list(readers.map(pool.ask, [f"{FERRY} It meets another."] * 2))
    assert {int(answer.id) for answer in answers} == set(pool.pids)


def test_each_of_many_readers_gets_the_answer_to_his_own_question(pool: Pool) -> None:
    asked = [f"Number {n}: what about the ferry?" for n in range(60)]
    with ThreadPoolExecutor(20) as readers:
        assert [a.question.text for a in readers.map(pool.ask, asked)] == asked


def test_a_reader_who_leaves_ends_the_answer_where_it_is_made(pool: Pool, notes: Path) -> None:
    pieces = pool.stream(f"{FERRY} endless")
    for _ in range(5):
        next(pieces)
    pieces.close()  # type: ignore[attr-defined]
    until((notes / "closed").exists)
    assert pool.ask(FERRY).refusal is None


def test_errors_are_told_as_they_are_if_they_were_raised_on_purpose(pool: Pool) -> None:
    with pytest.raises(QuestionError, match="Please put that as a question"):
        pool.ask("complain")
    with pytest.raises(WorkerFailed) as failure:
        list(pool.stream("explode"))
    assert "secret" not in str(failure.value)


def test_what_the_archive_holds_is_not_asked_for_by_every_reader(pool: Pool) -> None:
    assert [pool.stats().articles for _ in range(50)].count(1) > 20


def test_processes_share_the_cores_among_their_models(pool: Pool) -> None:
    assert pool.examples() == (str(max(1, len(os.sched_getaffinity(0)) // 2)),)


def test_a_process_that_dies_is_replaced_and_the_question_asked_again(pool: Pool) -> None:
    before = set(pool.pids)
    assert pool.ask(f"{FERRY} It dies early.").refusal is None
    until(lambda: len(pool.pids) == 2 and set(pool.pids) != before, 30)


def test_a_process_that_dies_in_the_middle_is_told_of_and_replaced(pool: Pool) -> None:
    before = set(pool.pids)
    with pytest.raises(WorkerLost, match="Please ask again"):
        list(pool.stream(f"{FERRY} It dies late."))
    assert pool.ask(FERRY).refusal is None
    until(lambda: len(pool.pids) == 2 and set(pool.pids) != before, 30)


def test_a_desk_that_cannot_be_opened_is_told_of_at_the_start() -> None:
    with pytest.raises(ArchiveMissing, match="there is no archive at press"):
        Pool(missing, 1).start()


def test_a_process_that_dies_while_another_opens_is_replaced(
    notes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dead: list[int] = []
    wait = Colleague.wait

    def wait_and_lose_the_first(each: Colleague) -> None:
        wait(each)
        if not dead and each.process.pid:
            dead.append(each.process.pid)
            os.kill(dead[0], signal.SIGKILL)
            until(lambda: each.gone)

    monkeypatch.setattr(Colleague, "wait", wait_and_lose_the_first)
    with Pool(Odd(notes), 2) as pool:
        until(lambda: len(pool.pids) == 2 and dead[0] not in pool.pids, 30)


def test_stopping_while_processes_are_started_leaves_none(
    notes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool = Pool(Odd(notes), 2)
    hired: list[Colleague] = []

    def hire(*arguments: Any) -> Colleague:
        if hired:
            pool.close()
        hired.append(Colleague(*arguments))
        return hired[-1]

    monkeypatch.setattr(staff, "Colleague", hire)
    with pytest.raises(WorkerLost):
        pool.start()
    assert len(hired) == 2
    assert not any(each.process.is_alive() for each in hired)


def test_while_nobody_is_there_a_question_is_refused_and_not_asked_twice(notes: Path) -> None:
    tried: list[int] = []
    pool = Pool(Odd(notes), 1)
    freest = pool._staff.freest

    def counted() -> Colleague:
        tried.append(1)
        return freest()

    pool._staff.freest = counted  # type: ignore[method-assign]
    with pytest.raises(NobodyThere) as refused:
        pool.ask(FERRY)
    assert len(tried) == 1
    problem = as_problem(refused.value, request_id="1")
    assert (problem.status, problem.kind) == (503, "unavailable")
    assert problem.retry_after


def test_a_verdict_is_not_kept_twice_where_a_process_is_lost(notes: Path) -> None:
    tried: list[str] = []
    pool = Pool(Odd(notes), 1)

    def lost(method: str, *_: object) -> None:
        tried.append(method)
        raise WorkerLost

    pool._result = lost  # type: ignore[method-assign]
    with pytest.raises(WorkerLost):
        pool.article_at("https://post.example/1")
    with pytest.raises(WorkerLost):
        pool.remember(answer_id="1", question="?", answer="!", confidence=1.0, helpful=True)
    assert tried == ["article_at", "article_at", "remember"]


def test_one_question_after_another_is_given_to_a_process(notes: Path) -> None:
    pool, taken = Pool(Odd(notes), 1), list[int]()
    pool._result = lambda *_: taken.append(pool._places.active)  # type: ignore[method-assign]
    pool.ask(FERRY)
    pool.search(FERRY)
    pool.verify(FERRY)
    pool.article("a1")
    assert taken == [1, 1, 1, 0]


def test_what_cannot_be_sent_is_not_counted_as_being_answered(pool: Pool) -> None:
    with pytest.raises((TypeError, AttributeError, PicklingError)):
        pool.search(lambda: FERRY)  # type: ignore[arg-type]
    assert [each.busy for each in pool._staff._staff] == [0, 0]


def test_a_process_that_reads_nothing_does_not_hold_the_end_up(notes: Path) -> None:
    with ThreadPoolExecutor(2) as readers:
        with Pool(Odd(notes), 1) as pool:
            (pid,) = pool.pids
            stuck = pool._staff.freest()
            os.kill(pid, signal.SIGSTOP)
            asked = readers.submit(pool.ask, FERRY * 100_000)
            until(stuck._sending.locked)
            closed = readers.submit(pool.close)
            try:
                closed.result(30)
            finally:
                os.kill(pid, signal.SIGKILL) if alive(pid) else None
        with pytest.raises((WorkerLost, NobodyThere)):
            asked.result()


def test_no_process_outlives_the_pool(notes: Path) -> None:
    with Pool(Odd(notes), 1) as pool:
        (pid,) = pool.pids
        left = pool.stream(f"{FERRY} endless")
        next(left)
    assert not alive(pid)
    with pytest.raises(WorkerLost):
        list(left)


def test_no_process_outlives_a_server_that_is_killed(tmp_path: Path) -> None:
    program = (
        "from pathlib import Path\nfrom tests.serving_desks import Odd\n"
        "from ui.serving.pool import Pool\n"
        "if __name__ == '__main__':\n"
        f"    pool = Pool(Odd(Path({str(tmp_path)!r})), 1)\n    pool.start()\n"
        "    print(pool.pids[0], flush=True)\n    input()\n"
    )
    (tmp_path / "server.py").write_text(program)
    server = subprocess.Popen(
        [sys.executable, tmp_path / "server.py"],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert server.stdout is not None
    pid = int(server.stdout.readline())
    assert alive(pid)
    server.send_signal(signal.SIGKILL)
    server.communicate()
    until(lambda: not alive(pid))


def test_two_processes_answer_the_sample_archive_as_one_assistant_does(
    sample_archive: Path, assistant: Assistant
) -> None:
    asked = [row["question"] for row in questions()[:6]]
    with Pool(partial(Assistant.open, sample_archive), 2) as pool, ThreadPoolExecutor(6) as readers:
        answers = list(readers.map(pool.ask, asked))
        opened = pool.source(answers[0].citations[0])
    assert [each.text for each in answers] == [assistant.ask(each).text for each in asked]
    assert any(highlighted for each in opened.paragraphs for _, highlighted in each.runs)
