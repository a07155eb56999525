"""The endpoint's key: whom it is sent to, and that nobody else sees it."""

from __future__ import annotations

import logging
import sys
from pathlib import Path

import pytest

from index.errors import ModelError, SettingsError
from rag.llm.client import URL, key_for
from rag.llm.endpoint import Endpoint
from rag.written import Fallback
from tests.llm_asked import KEY, MESSAGES, PROMPT, failing, why, written
from tests.llm_server import Served, in_turn, says, serving
from ui import settings
from ui.cli.opening import language_model

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
