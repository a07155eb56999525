"""The endpoint of a language model: what it is asked, and what it says."""

from __future__ import annotations

import pytest

from rag.llm.endpoint import Endpoint
from rag.llm.types import Usage
from tests.llm_asked import KEY, written
from tests.llm_server import Body, Reply, says, serving


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
