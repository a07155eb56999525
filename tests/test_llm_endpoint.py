"""The endpoint of a language model: what it says, and every way in which it may fail."""

from __future__ import annotations

import gzip
import logging
import sys
import time
from pathlib import Path

import pytest

from index.errors import ModelError, SettingsError
from rag.llm.client import URL, key_for
from rag.llm.endpoint import Endpoint
from rag.llm.types import LanguageModelFailed, Message, Usage
from rag.types import Fallback
from tests.llm_server import (
    Body,
    Reply,
    Script,
    Served,
    closed_port,
    in_turn,
    says,
    serving,
    silent_port,
    speaking,
)
from ui import settings
from ui.cli.opening import language_model

KEY = "sk-s3cret-and-long"
PROMPT = "The Hollin Dam is confidential."
MESSAGES = (Message("system", "Answer."), Message("user", PROMPT))


def written(url: str, *, within: float = 20.0, most: int = 100) -> tuple[str, Usage]:
    endpoint = Endpoint("small", url=url, key=KEY, timeout=within)
    text, usage = "", None
    for part in endpoint.write(MESSAGES, most=most, within=within):
        if isinstance(part, Usage):
            usage = part
        else:
            text += part
    assert usage is not None
    return text, usage


def why(url: str, *, within: float = 20.0, most: int = 100) -> Fallback:
    with pytest.raises(LanguageModelFailed) as failed:
        written(url, within=within, most=most)
    assert KEY not in str(failed.value) + repr(failed.value)
    assert PROMPT not in str(failed.value) + repr(failed.value)
    assert failed.value.__cause__ is None or failed.value.__suppress_context__
    return failed.value.why


# -- what it says ----------------------------------------------------------------------------


def test_the_text_comes_in_pieces_and_then_the_usage() -> None:
    with serving(says("The dam broke. [p1]")) as served:
        assert written(served.url) == ("The dam broke. [p1]", Usage(100, 20))
        (body,) = served.asked
        assert body["model"] == "small"
        assert body["stream"] is True
        assert body["temperature"] == 0
        assert [m["role"] for m in body["messages"]] == ["system", "user"]
        assert served.headers[0]["authorization"] == f"Bearer {KEY}"


def test_what_an_answer_costs_is_told_by_the_price() -> None:
    priced = Endpoint("small", key=KEY, price=(0.5, 2.0))
    assert priced.cost(Usage(1_000_000, 500_000)) == pytest.approx(1.5)
    assert priced.cost(Usage(None, None)) is None
    assert Endpoint("small", key=KEY).cost(Usage(10, 10)) is None


@pytest.mark.parametrize("tokens", [None, -1, "many", 1.5, 10**12, True])
def test_tokens_that_are_no_count_are_not_known(tokens: object) -> None:
    def script(body: Body, reply: Reply) -> None:
        reply.head()
        reply.text("Yes.", "stop")
        reply.usage(tokens, tokens)

    with serving(script) as served:
        assert written(served.url) == ("Yes.", Usage(None, None))


def test_a_server_without_usage_leaves_it_unknown() -> None:
    def script(body: Body, reply: Reply) -> None:
        reply.head()
        reply.text("Yes.")
        reply.text("", "stop")

    with serving(script) as served:
        assert written(served.url) == ("Yes.", Usage(None, None))


@pytest.mark.parametrize("option", ["max_tokens", "temperature", "stream_options"])
def test_an_option_that_a_server_refuses_is_left_out(option: str) -> None:
    def script(body: Body, reply: Reply) -> None:
        if option in body:
            message = f"Unsupported parameter: '{option}' is not supported with this model."
            reply.error(400, {"error": {"message": message, "param": option}})
        else:
            says("Yes.")(body, reply)

    with serving(script) as served:
        assert written(served.url)[0] == "Yes."
        assert option not in served.asked[-1]
        assert served.asked[-1].get("max_completion_tokens") == (
            100 if option == "max_tokens" else None
        )


def test_thinking_that_comes_apart_from_the_text_is_no_text() -> None:
    def script(body: Body, reply: Reply) -> None:
        reply.head()
        delta = {"reasoning_content": "Let me think."}
        reply.event({"choices": [{"index": 0, "delta": delta, "finish_reason": None}]})
        reply.text("Yes.", "stop")

    with serving(script) as served:
        assert written(served.url)[0] == "Yes."


# -- how it fails ----------------------------------------------------------------------------


def failing(status: int, **headers: str) -> Script:
    return lambda body, reply: reply.error(
        status, {"error": {"message": f"no: {KEY} {PROMPT}"}}, **headers
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
    ids=str,
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


# -- the key ---------------------------------------------------------------------------------


OURS, THEIRS = "sk-ours", "sk-theirs"


def sent(served: Served, endpoint: Endpoint) -> str:
    list(endpoint.write(MESSAGES, most=10, within=20))
    return served.headers[-1]["authorization"]


@pytest.mark.parametrize(
    ("environment", "key"),
    [
        ({"BYLINE_LLM_KEY": OURS, "OPENAI_API_KEY": THEIRS}, OURS),
        ({"BYLINE_LLM_KEY": f" {OURS}\n"}, OURS),
        ({"BYLINE_LLM_KEY": "", "OPENAI_API_KEY": THEIRS}, "none"),
        ({"OPENAI_API_KEY": THEIRS}, "none"),
        ({}, "none"),
    ],
)
def test_only_our_own_key_is_sent_wherever_the_address_is_set_to(
    environment: dict[str, str], key: str
) -> None:
    with serving(says("Yes.")) as served:
        endpoint = Endpoint.from_environment("small", url=served.url, environment=environment)
        assert sent(served, endpoint) == f"Bearer {key}"


@pytest.mark.parametrize(
    ("url", "key"),
    [
        (URL, THEIRS),
        ("https://EU.API.OpenAI.com./v1", THEIRS),
        ("http://api.openai.com/v1", None),  # in the clear
        ("https://openai.com.evil.example/v1", None),
        ("https://evil-openai.com/v1", None),
        ("https://evil.example/https://api.openai.com/v1", None),
        ("https://api.openai.com@evil.example/v1", None),
        ("https://evil.example?api.openai.com", None),
        ("https://evil.example#.openai.com", None),
        ("api.openai.com/v1", None),
    ],
)
def test_openais_key_is_for_openais_own_hosts(url: str, key: str | None) -> None:
    assert key_for(url, {"OPENAI_API_KEY": THEIRS}) == key


def test_a_settings_file_that_lies_about_sends_openais_key_to_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OPENAI_API_KEY", THEIRS)
    monkeypatch.delenv("BYLINE_LLM_KEY", raising=False)
    with serving(says("Yes.")) as served:
        Path("byline.toml").write_text(f'llm = "small"\nllm_url = "{served.url}"\n')
        endpoint = language_model(settings.load())
        assert endpoint is not None
        assert sent(served, endpoint) == "Bearer none"


@pytest.mark.parametrize("package", ["openai", "httpx2"])
def test_a_package_that_is_missing_is_said_with_what_to_run(
    monkeypatch: pytest.MonkeyPatch, package: str
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(ModelError, match=r"run: pip install 'openai>=3\.54,<4'"):
        Endpoint("small")


@pytest.mark.parametrize("key", ["sk-a\nb", "sk-ü", "sk-a b", "sk\x00"])
def test_a_key_that_cannot_be_sent_is_refused_and_not_repeated(key: str) -> None:
    with pytest.raises(SettingsError) as refused:
        Endpoint("small", key=key)
    assert key not in str(refused.value)


def test_neither_key_nor_prompt_is_logged_or_shown(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_LOG", "debug")
    caplog.set_level(logging.DEBUG)
    with serving(in_turn(failing(401), failing(500), says("Yes."))) as served:
        for _ in range(2):
            why(served.url)
        written(served.url)
        assert f"{Endpoint('small', url=served.url, key=KEY)!r}" == "Endpoint('small')"
    assert KEY not in caplog.text
    assert PROMPT not in caplog.text


def test_a_redirection_does_not_carry_the_key_elsewhere() -> None:
    with serving(says("Yes.")) as other, serving(failing(307, Location=other.url)) as served:
        assert why(served.url) is Fallback.FAILED
        assert other.asked == []
