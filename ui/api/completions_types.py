"""The shapes of OpenAI's chat completions, as far as a news archive can fill them.

A request's members that ask for what Byline cannot do are refused by name, for
silence would be a promise: tools, several choices, log probabilities, sound,
output in a schema. Those that steer how a language model samples or how long
it writes (temperature, top_p, seed, stop, max_tokens, ...) change nothing that
could be cited, and are ignored, as are members that nobody has documented.
"""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict

from pydantic import BaseModel, ConfigDict, Field

from rag.schema import AnswerJson

MODEL = "byline"
MAX_MESSAGES = 1_000  # a front end sends the whole conversation each time


class ContentPart(BaseModel):
    """A part of a message; only text is understood."""

    type: str
    text: str | None = None


class Message(BaseModel):
    """What somebody said. Only users' and assistants' words are read."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[ContentPart] | None = None


class StreamOptions(BaseModel):
    include_usage: bool | None = None


class CompletionRequest(BaseModel):
    """A conversation whose last user message is the question."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "model": MODEL,
                "messages": [{"role": "user", "content": "How much rain fell at Hollin?"}],
            }
        }
    )

    model: str = Field(max_length=200, description='"byline".')
    messages: list[Message] = Field(
        min_length=1,
        max_length=MAX_MESSAGES,
        description="The last user message is the question (at most 2,000 characters); the "
        "exchanges before it, at most 8, are what a follow-up is read with. System, developer "
        "and tool messages are accepted and not read: instructions cannot change what is cited.",
    )
    stream: bool | None = None
    stream_options: StreamOptions | None = None

    # What cannot be done: told so, if it is asked for.
    n: int | None = Field(None, description="1, or left out.")
    tools: list[Any] | None = Field(None, description="Not supported.")
    functions: list[Any] | None = Field(None, description="Not supported.")
    tool_choice: Any = Field(None, description='"none" or "auto", or left out.')
    function_call: Any = Field(None, description='"none" or "auto", or left out.')
    logprobs: bool | None = Field(None, description="Not supported.")
    top_logprobs: int | None = Field(None, description="Not supported.")
    response_format: dict[str, Any] | None = Field(
        None, description='{"type": "text"}, or left out.'
    )
    modalities: list[str] | None = Field(None, description='["text"], or left out.')
    audio: Any = Field(None, description="Not supported.")

    def unsupported(self) -> str | None:
        """The first member that asks for what Byline cannot do."""
        harmless = (None, "none", "auto")
        asked = {
            "n": self.n not in (None, 1),
            "tools": bool(self.tools),
            "functions": bool(self.functions),
            "tool_choice": self.tool_choice not in harmless,
            "function_call": self.function_call not in harmless,
            "logprobs": bool(self.logprobs),
            "top_logprobs": bool(self.top_logprobs),
            "response_format": (self.response_format or {}).get("type", "text") != "text",
            "modalities": self.modalities not in (None, [], ["text"]),
            "audio": self.audio is not None,
        }
        return next((name for name, wanted in asked.items() if wanted), None)


class UrlCitation(TypedDict):
    """`content[start_index:end_index]`, in code points, is the marker "[1]"."""

    start_index: int
    end_index: int
    title: str
    url: str


class Annotation(TypedDict):
    type: Literal["url_citation"]
    url_citation: UrlCitation


class Usage(TypedDict):
    """`byline_unit` says what is counted.

    "tokens" where a language model wrote the answer and said how many it read
    and wrote; otherwise "words", those of the conversation that was read and of
    the content that was sent.
    """

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int
    byline_unit: Literal["tokens", "words"]


class AssistantMessage(TypedDict):
    role: Literal["assistant"]
    content: str
    refusal: None
    annotations: list[Annotation]


class Choice(TypedDict):
    index: int
    message: AssistantMessage
    finish_reason: Literal["stop"]
    logprobs: None


class Completion(TypedDict):
    """`byline` is the whole answer, `byline.answer/1`."""

    id: str
    object: Literal["chat.completion"]
    created: int
    model: str
    choices: list[Choice]
    usage: Usage
    byline: AnswerJson


class Delta(TypedDict, total=False):
    role: Literal["assistant"]
    content: str
    annotations: list[Annotation]


class ChunkChoice(TypedDict):
    index: int
    delta: Delta
    finish_reason: Literal["stop"] | None
    logprobs: None


class Chunk(TypedDict):
    id: str
    object: Literal["chat.completion.chunk"]
    created: int
    model: str
    choices: list[ChunkChoice]
    usage: NotRequired[Usage | None]
    byline: NotRequired[AnswerJson]


class Model(TypedDict):
    id: str
    object: Literal["model"]
    created: int
    owned_by: str


class Models(TypedDict):
    object: Literal["list"]
    data: list[Model]
