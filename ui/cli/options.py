"""Options that several commands share, and the settings that they lead to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from ui import settings
from ui.settings import Settings


@dataclass(frozen=True, slots=True)
class Invocation:
    """What was said before the command's name."""

    config: Path | None = None
    verbose: int = 0


def _option(name: str, metavar: str) -> Any:
    """The flag of a setting, described as the settings describe it."""
    least, most = settings.bounds(name)
    default = settings.default_of(name)
    notes = [settings.variable_of(name), *([f"default {default}"] if default else [])]
    return typer.Option(
        settings.flag_of(name),
        metavar=metavar,
        help=f"{settings.about(name)} ({', '.join(notes)})",
        show_default=False,
        min=least,
        max=most,
    )


def _switch(name: str) -> Any:
    """The same for what is on or off: a flag that turns it into what it is not by itself."""
    default = settings.default_of(name)

    def turned(given: bool) -> bool | None:
        return default == "false" if given else None

    off = "Turn this off: " if default == "true" else ""
    return typer.Option(
        settings.flag_of(name),
        help=f"{off}{settings.about(name)} ({settings.variable_of(name)}, default {default})",
        show_default=False,
        callback=turned,
    )


ArchiveOption = Annotated[str | None, _option("archive", "DIR|URL")]
ModelOption = Annotated[str | None, _option("model", "MODEL")]
QueryPrefixOption = Annotated[str | None, _option("query_prefix", "TEXT")]
PassagePrefixOption = Annotated[str | None, _option("passage_prefix", "TEXT")]
ThresholdOption = Annotated[float | None, _option("threshold", "0..1")]
ReaderOption = Annotated[str | None, _option("reader", "READER")]
LlmOption = Annotated[str | None, _option("llm", "MODEL")]
LlmUrlOption = Annotated[str | None, _option("llm_url", "URL")]
LlmTimeoutOption = Annotated[float | None, _option("llm_timeout", "SECONDS")]
LlmPriceOption = Annotated[str | None, _option("llm_price", "IN,OUT")]
VerifierOption = Annotated[str | None, _option("verifier", "VERIFIER")]
ReportOption = Annotated[Path | None, _option("report", "FILE")]
DelayOption = Annotated[float | None, _option("delay", "SECONDS")]
HostOption = Annotated[str | None, _option("host", "ADDRESS")]
PortOption = Annotated[int | None, _option("port", "PORT")]
TitleOption = Annotated[str | None, _option("title", "TEXT")]
PublicUrlOption = Annotated[str | None, _option("public_url", "URL")]
WorkersOption = Annotated[int | None, _option("workers", "N")]
WaitingOption = Annotated[int | None, _option("waiting", "N")]
ApiOption = Annotated[str | None, _option("api", "open|sites")]
VisitorPerMinuteOption = Annotated[int | None, _option("visitor_per_minute", "N")]
TrustedProxiesOption = Annotated[str | None, _option("trusted_proxies", "ADDRESSES")]
AccessLogOption = Annotated[bool, _switch("access_log")]
LogQuestionsOption = Annotated[bool, _switch("log_questions")]
JsonOption = Annotated[
    bool, typer.Option("--json", help="Print one JSON object and nothing else to stdout.")
]


def day_option(flag: str, about: str) -> Any:
    """An option that takes a date."""
    return typer.Option(flag, help=about, formats=["%Y-%m-%d"], metavar="YYYY-MM-DD")


DayOption = datetime | None
TodayOption = Annotated[
    DayOption,
    day_option("--today", 'The day that "last week" counts from; otherwise the real one.'),
]


def settings_for(ctx: typer.Context, **flags: object) -> Settings:
    """The settings in force for a command, given its flags. Raises SettingsError."""
    return settings.load(flags, config=invocation(ctx).config)


def invocation(ctx: typer.Context) -> Invocation:
    found = ctx.find_object(Invocation)
    return found if isinstance(found, Invocation) else Invocation()
