"""The options that say what questions are answered with, given once to many commands."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from functools import wraps
from types import MappingProxyType
from typing import Concatenate

import typer

from ui.cli.options import (
    LlmOption,
    LlmPriceOption,
    LlmTimeoutOption,
    LlmUrlOption,
    ModelOption,
    PassagePrefixOption,
    QueryPrefixOption,
    ReaderOption,
    ThresholdOption,
    VerifierOption,
    settings_for,
)
from ui.settings import Settings

_EMBEDDING = {
    "model": ModelOption,
    "query_prefix": QueryPrefixOption,
    "passage_prefix": PassagePrefixOption,
}
_READING = {"reader": ReaderOption} | _EMBEDDING
_ANSWERING = {"threshold": ThresholdOption} | _READING
_WRITING = {
    "threshold": ThresholdOption,
    "reader": ReaderOption,
    "llm": LlmOption,
    "llm_url": LlmUrlOption,
    "llm_timeout": LlmTimeoutOption,
    "llm_price": LlmPriceOption,
    "verifier": VerifierOption,
} | _EMBEDDING
_LAST = "as_json"  # the option that a command's help ends with

Command = Callable[Concatenate[Settings, ...], None]
Guard = Callable[[], AbstractContextManager[object]]


def with_reading(command: Command) -> Callable[..., None]:
    """Give a command the options of reader and model; its first argument is what they lead to.

    Where it has an argument `ctx` too, it is given the context of the call.
    """
    return _given(command, _READING)


def with_answering(command: Command) -> Callable[..., None]:
    """As `with_reading`, with the threshold of refusing too."""
    return _given(command, _ANSWERING)


def with_llm(
    guard: Guard = nullcontext, **before: object
) -> Callable[[Command], Callable[..., None]]:
    """As `with_answering`, with the language model and the verifier too.

    `before` are further options that are settings, as `archive=ArchiveOption`; they come first
    in the command's help. The settings are loaded within `guard`, which may end the command
    in its own way where one of them is wrong.
    """
    return lambda command: _given(command, _WRITING, before, guard)


def _given(
    command: Command,
    options: Mapping[str, object],
    before: Mapping[str, object] = MappingProxyType({}),
    guard: Guard = nullcontext,
) -> Callable[..., None]:
    # Typer reads a command's options off its signature and its annotations.
    whole = inspect.signature(command, eval_str=True)
    _, *own = (each.replace(kind=each.KEYWORD_ONLY) for each in whole.parameters.values())
    told = any(each.name == "ctx" for each in own)

    @wraps(command)
    def run(ctx: typer.Context, **given: object) -> None:
        flags = {name: given.pop(name) for name in (*before, *options)}
        with guard():
            chosen = settings_for(ctx, **flags)
        command(chosen, **given, **({"ctx": ctx} if told else {}))

    ctx = inspect.Parameter("ctx", inspect.Parameter.KEYWORD_ONLY, annotation=typer.Context)
    first = [each for each in own if each.name not in ("ctx", _LAST)]
    last = [each for each in own if each.name == _LAST]
    parameters = [ctx, *_parameters(before), *first, *_parameters(options), *last]
    run.__signature__ = whole.replace(parameters=parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {each.name: each.annotation for each in parameters}
    return run


def _parameters(options: Mapping[str, object]) -> list[inspect.Parameter]:
    return [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=option)
        for name, option in options.items()
    ]
