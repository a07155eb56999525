"""The options that say what questions are answered with, given once to many commands."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Concatenate

import typer

from ui.cli.options import (
    ModelOption,
    PassagePrefixOption,
    QueryPrefixOption,
    ReaderOption,
    ThresholdOption,
    settings_for,
)
from ui.settings import Settings

_READING = {
    "reader": ReaderOption,
    "model": ModelOption,
    "query_prefix": QueryPrefixOption,
    "passage_prefix": PassagePrefixOption,
}
_ANSWERING = {"threshold": ThresholdOption} | _READING
_LAST = "as_json"  # the option that a command's help ends with

Command = Callable[Concatenate[Settings, ...], None]


def with_reading(command: Command) -> Callable[..., None]:
    """Give a command the options of reader and model; its first argument is what they lead to."""
    return _given(command, _READING)


def with_answering(command: Command) -> Callable[..., None]:
    """As `with_reading`, with the threshold of refusing too."""
    return _given(command, _ANSWERING)


def _given(command: Command, options: Mapping[str, object]) -> Callable[..., None]:
    @wraps(command)
    def run(ctx: typer.Context, **given: object) -> None:
        flags = {name: given.pop(name) for name in options}
        command(settings_for(ctx, **flags), **given)

    # Typer reads a command's options off its signature and its annotations.
    whole = inspect.signature(command, eval_str=True)
    _, *own = (each.replace(kind=each.KEYWORD_ONLY) for each in whole.parameters.values())
    shared = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=option)
        for name, option in options.items()
    ]
    ctx = inspect.Parameter("ctx", inspect.Parameter.KEYWORD_ONLY, annotation=typer.Context)
    first = [each for each in own if each.name != _LAST]
    last = [each for each in own if each.name == _LAST]
    parameters = [ctx, *first, *shared, *last]
    run.__signature__ = whole.replace(parameters=parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {each.name: each.annotation for each in parameters}
    return run
