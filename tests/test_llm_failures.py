"""Every way in which the endpoint of a language model may fail, told in one word."""

from __future__ import annotations

import gzip
import time

import pytest

from rag.llm.endpoint import Endpoint
from rag.llm.types import LanguageModelFailed
from rag.written import Fallback
from tests.llm_asked import MESSAGES, failing, why, written
from tests.llm_server import (
    Body,
    Reply,
    Script,
    closed_port,
    in_turn,
    says,
    serving,
    silent_port,
    speaking,
)


def sends(*parts: bytes, kind: str = "text/event-stream") -> Script:
    def script(body: Body, reply: Reply) -> None:
        reply.head(200, kind)
        for part in parts:
            reply.send(part)

    return script


def chunk(delta: str) -> bytes:
    return b'data: {"choices": [{"index": 0, "delta": ' + delta.encode() + b"}]}\n\n"


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        (failing(400), Fallback.REFUSED),
        (failing(401), Fallback.REFUSED),
        (failing(403), Fallback.REFUSED),
        (failing(404), Fallback.REFUSED),
        (failing(429), Fallback.RATE_LIMITED),
        (failing(429, Retry_After="3600"), Fallback.RATE_LIMITED),
        (failing(429, Retry_After="nan"), Fallback.RATE_LIMITED),
        (failing(500), Fallback.FAILED),
        (failing(503), Fallback.FAILED),
        (failing(302, Location="http://127.0.0.1:9/"), Fallback.FAILED),
        (sends(b"<html><h1>Gateway</h1></html>", kind="text/html"), Fallback.GARBAGE),
        (sends(b'{"choices": []}', kind="application/json"), Fallback.GARBAGE),
        (sends(bytes(range(256)) * 20 + b"\n\n"), Fallback.GARBAGE),
        (sends(b"data: {not json\n\n"), Fallback.GARBAGE),
        (sends(b"data: [1, 2]\n\n"), Fallback.GARBAGE),
        (sends(b"data: NaN\n\n"), Fallback.GARBAGE),
        (sends(b"data: " + b"[" * 100_000 + b"\n\n"), Fallback.GARBAGE),
        (sends(chunk('{"content": NaN}')), Fallback.GARBAGE),
        (sends(chunk('{"content": ["a"]}')), Fallback.GARBAGE),
        (sends(chunk('{"content": "' + "a" * 50_000 + '"}')), Fallback.GARBAGE),
        (sends(*[chunk('{"content": "' + "\\u0000\\ufffd" * 10 + '"}')] * 5), Fallback.GARBAGE),
        (sends(b"data: " + b"a" * 20_000_000), Fallback.GARBAGE),
        (sends(b'data: {"error": {"message": "out of memory"}}\n\n'), Fallback.FAILED),
        (sends(chunk('{"content": "The dam"}')), Fallback.CUT_SHORT),
        (sends(), Fallback.CUT_SHORT),
    ],
    # a function's own name holds its address, which differs from one run to the next
    ids=lambda each: str(each) if isinstance(each, Fallback) else "script",
)
def test_a_failure_is_told_in_one_word(script: Script, expected: Fallback) -> None:
    with serving(script) as served:
        assert why(served.url) is expected


def test_a_stream_without_end_is_garbage() -> None:
    def script(body: Body, reply: Reply) -> None:
        reply.head()
        while True:
            reply.text("and on and on ")

    with serving(script) as served:
        assert why(served.url) is Fallback.GARBAGE
        assert served.hung_up.wait(10)


def test_a_compressed_answer_that_nobody_asked_for_is_not_unpacked() -> None:
    def script(body: Body, reply: Reply) -> None:
        reply.head(200, Content_Encoding="gzip")
        reply.send(gzip.compress(b"data: " + bytes(10_000_000)))

    with serving(script) as served:
        assert why(served.url) is Fallback.GARBAGE


def test_nothing_listening_is_unreachable() -> None:
    assert why(f"http://127.0.0.1:{closed_port()}/v1") is Fallback.UNREACHABLE


def test_a_port_that_never_answers_is_slow() -> None:
    with silent_port() as port:
        assert why(f"http://127.0.0.1:{port}/v1", within=1.0) is Fallback.SLOW


def test_a_port_that_speaks_another_protocol_is_garbage() -> None:
    with speaking(b"SSH-2.0-OpenSSH_9.6\r\n\r\n") as port:
        assert why(f"http://127.0.0.1:{port}/v1") is Fallback.GARBAGE


def test_a_head_that_comes_letter_by_letter_is_slow() -> None:
    head = b"HTTP/1.1 200 OK\r\nX-Long: " + b"a" * 1000
    with speaking(*(bytes([each]) for each in head), pause=0.05) as port:
        assert why(f"http://127.0.0.1:{port}/v1", within=1.0) is Fallback.SLOW


def stalling(body: Body, reply: Reply) -> None:
    reply.head()
    reply.text("The dam ")
    while not reply.gone:
        time.sleep(0.02)


def pinging(body: Body, reply: Reply) -> None:
    reply.head()
    while True:
        reply.send(b": ping\n\n")
        time.sleep(0.02)


@pytest.mark.parametrize("script", [stalling, pinging])
def test_a_stream_that_stalls_or_only_pings_is_slow(script: Script) -> None:
    with serving(script) as served:
        assert why(served.url, within=1.5) is Fallback.SLOW


def test_a_connection_that_failed_is_tried_again() -> None:
    def hangs_up(body: Body, reply: Reply) -> None:
        raise ConnectionResetError

    with serving(in_turn(hangs_up, says("Yes."))) as served:
        assert written(served.url)[0] == "Yes."
        assert len(served.asked) == 2


def test_an_endpoint_that_asks_to_wait_a_little_is_waited_for() -> None:
    with serving(in_turn(failing(429, Retry_After="0"), says("Yes."))) as served:
        assert written(served.url)[0] == "Yes."
        assert len(served.asked) == 2


def test_an_error_is_not_asked_for_twice() -> None:
    with serving(failing(500)) as served:
        why(served.url)
        assert len(served.asked) == 1


def test_a_request_that_the_context_does_not_hold_says_so() -> None:
    said = "request (4031 tokens) exceeds the available context size (2048 tokens)"

    def script(body: Body, reply: Reply) -> None:
        reply.error(400, {"error": {"message": said, "type": "exceed_context_size_error"}})

    with serving(script) as served, pytest.raises(LanguageModelFailed) as failed:
        written(served.url)
    assert failed.value.too_long
    assert failed.value.why is Fallback.REFUSED


def test_a_reader_who_goes_away_ends_the_request() -> None:
    with serving(stalling) as served:
        stream = Endpoint("small", url=served.url).write(MESSAGES, most=50, within=20)
        assert next(stream) == "The dam "
        stream.close()

    def writing(body: Body, reply: Reply) -> None:
        reply.head()
        for _ in range(100_000):
            reply.text("a ")
            time.sleep(0.001)

    with serving(writing) as served:
        stream = Endpoint("small", url=served.url).write(MESSAGES, most=9_999, within=60)
        next(stream)
        stream.close()
        assert served.hung_up.wait(20)
