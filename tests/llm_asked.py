"""An endpoint asked one thing, and what becomes of it."""

from __future__ import annotations

import pytest

from rag.llm.endpoint import Endpoint
from rag.llm.types import LanguageModelFailed, Message, Usage
from rag.written import Fallback
from tests.llm_server import Script

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


def failing(status: int, **headers: str) -> Script:
    return lambda body, reply: reply.error(
        status, {"error": {"message": f"no: {KEY} {PROMPT}"}}, **headers
    )
