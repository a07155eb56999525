"""OpenAI's own client against the running server: what a chat front end sees."""

from __future__ import annotations

import asyncio
from contextlib import closing
from pathlib import Path

import httpx
import openai
import pytest
from openai import AsyncOpenAI, OpenAI
from openai.types.chat import ChatCompletionChunk

from tests import openai_calls, programs
from tests.browsing import until
from tests.fake_newsdesk import FakeNewsdesk
from tests.openai_calls import FERRY, ask, content, opened, user
from tests.programs import ORIGIN, PATIENCE, full
from ui.sites.store import Sites

client, desk, sites, url = openai_calls.client, programs.desk, programs.sites, programs.url

BOTH = "What did the council decide about the night ferry, and what will it cost?"


def test_an_answer_comes_with_markers_sources_and_annotations_that_point_at_the_markers(
    client: OpenAI,
) -> None:
    reply = ask(client, BOTH)
    message = reply.choices[0].message
    said = content(reply)
    assert said.startswith(
        "The harbour council voted 11 to 4 on Wednesday to keep the night ferry for three more "
        "years. [1] A single crossing will cost 4.40 from 1 July, up from 4.00. [2]\n\n**Sources**"
    )
    assert (
        "1. [Harbour council votes to keep the night ferry]"
        "(https://gazette.example/2025/05/night-ferry#:~:text=council), The Sample Gazette, "
        "14 May 2025" in said
    )
    cited = [each.url_citation for each in message.annotations or []]
    assert [said[each.start_index : each.end_index] for each in cited] == ["[1]", "[2]"]
    assert [each.title for each in cited] == [
        "Harbour council votes to keep the night ferry",
        "Night ferry fares to rise by a tenth from July",
    ]
    assert cited[1].url == "https://wire.example/fares#:~:text=council"
    assert reply.choices[0].finish_reason == "stop"
    assert reply.object == "chat.completion"


def test_the_whole_answer_comes_along_and_what_is_counted_is_said(client: OpenAI) -> None:
    reply = ask(client, FERRY)
    extra = reply.model_extra or {}
    assert extra["byline"]["schema"] == "byline.answer/1"
    assert extra["byline"]["citations"][0]["quote"] in content(reply)
    assert reply.usage is not None
    assert (reply.usage.model_extra or {})["byline_unit"] == "words"
    assert reply.usage.prompt_tokens == len(FERRY.split())
    assert reply.usage.completion_tokens == len(content(reply).split())


def test_a_stream_says_the_same_as_a_whole_reply_and_ends_with_the_citations(
    client: OpenAI,
) -> None:
    whole = ask(client, BOTH)
    chunks: list[ChatCompletionChunk] = list(
        client.chat.completions.create(
            model="byline",
            messages=[{"role": "user", "content": BOTH}],
            stream=True,
            stream_options={"include_usage": True},
        )
    )
    *told, last, usage = chunks
    pieces = [chunk.choices[0].delta.content or "" for chunk in told]
    assert "".join(pieces) == content(whole)
    assert len([each for each in pieces if each]) == 3  # two sentences, and the sources
    assert told[0].choices[0].delta.role == "assistant"
    assert last.choices[0].finish_reason == "stop"
    annotations = (last.choices[0].delta.model_extra or {})["annotations"]
    assert annotations == [each.model_dump() for each in whole.choices[0].message.annotations or []]
    assert (last.model_extra or {})["byline"]["answered"]
    assert usage.choices == []
    assert usage.usage is not None
    assert whole.usage is not None
    assert usage.usage.total_tokens == whole.usage.total_tokens
    assert {chunk.id for chunk in chunks} == {last.id}


def test_a_stream_ends_as_openai_ends_one(url: str) -> None:
    body = {"model": "byline", "messages": [user(FERRY)], "stream": True}
    reply = httpx.post(f"{url}v1/chat/completions", json=body, timeout=PATIENCE)
    assert reply.headers["content-type"] == "text/event-stream"
    assert reply.text.endswith("data: [DONE]\n\n")
    assert '"usage"' not in reply.text


def test_a_refusal_is_an_answer_that_names_the_nearest_stories(client: OpenAI) -> None:
    reply = ask(client, "Who won the regatta?")
    assert content(reply).startswith("Nothing here answers this.\n\nNearest stories:")
    assert "[Harbour council votes to keep the night ferry](https://gazette.example" in content(
        reply
    )
    assert reply.choices[0].message.annotations == []
    assert (reply.model_extra or {})["byline"]["refusal"]["kind"] == "not_found"


def test_the_models_are_one_and_any_other_is_not_found(client: OpenAI) -> None:
    assert [each.id for each in client.models.list()] == ["byline"]
    assert client.models.retrieve("byline").owned_by == "byline"
    with pytest.raises(openai.NotFoundError) as missing:
        client.models.retrieve("gpt-5")
    assert missing.value.code == "model_not_found"
    with pytest.raises(openai.NotFoundError) as missing:
        client.chat.completions.create(model="gpt-5", messages=[{"role": "user", "content": "?"}])
    assert missing.value.param == "model"


@pytest.mark.parametrize(
    ("question", "said"),
    [("Please complain", "Please put that as a question."), ("Please explode", "went wrong")],
)
def test_a_failure_says_what_it_may_whole_or_streamed(
    client: OpenAI, question: str, said: str, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(openai.APIStatusError) as failed:
        ask(client, question)
    assert said in failed.value.message
    assert "/srv" not in str(failed.value.body)
    stream = client.chat.completions.create(
        model="byline", messages=[{"role": "user", "content": question}], stream=True
    )
    with pytest.raises(openai.APIError) as broken:
        list(stream)
    assert said in broken.value.message
    assert "/srv" not in str(broken.value.body)


def test_a_site_sees_only_its_own_articles(client: OpenAI, sites: Path) -> None:
    (site,) = Sites.open(sites).list()
    page = {"Origin": ORIGIN, "Byline-Site": site.key}
    reply = ask(client, "The ferry and the museum", extra_headers=page)
    sources = [each["source"] for each in (reply.model_extra or {})["byline"]["citations"]]
    assert sources == ["Northern Post"]
    with pytest.raises(openai.PermissionDeniedError) as refused:
        ask(client, FERRY, extra_headers={**page, "Origin": "https://elsewhere.example"})
    assert refused.value.type == "permission_error"


def test_a_stream_that_is_closed_ends_the_work_on_it(client: OpenAI, desk: FakeNewsdesk) -> None:
    before = desk.streams.given_up
    stream = client.chat.completions.create(
        model="byline",
        messages=[{"role": "user", "content": "The endless ferry"}],
        stream=True,
    )
    for chunk in stream:
        if "And so on." in (chunk.choices[0].delta.content or ""):
            break
    stream.close()
    until(lambda: desk.streams.given_up == before + 1)


def test_many_ask_at_once_and_each_gets_an_answer_of_his_own(url: str) -> None:
    async def all_of_them() -> list[str]:
        async with AsyncOpenAI(base_url=f"{url}v1", api_key="x", max_retries=0) as client:

            async def one(question: str) -> str:
                reply = await client.chat.completions.create(
                    model="byline", messages=[{"role": "user", "content": question}]
                )
                return reply.choices[0].message.content or ""

            return await asyncio.gather(*map(one, ["ferry", "fare", "museum"] * 3))

    said = asyncio.run(all_of_them())
    assert [each.split()[1] for each in said] == ["harbour", "single", "museum"] * 3


def test_a_full_server_says_busy_and_when_to_come_back() -> None:
    with full() as url, closing(opened(url)) as client:
        for stream in (False, True):
            with pytest.raises(openai.InternalServerError) as busy:
                client.chat.completions.create(
                    model="byline", messages=[{"role": "user", "content": "?"}], stream=stream
                )
            assert busy.value.status_code == 503
            assert int(busy.value.response.headers["retry-after"]) >= 1
            assert busy.value.code == "busy"
