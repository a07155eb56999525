"""Every error Byline raises on purpose.

    BylineError
    ├── SettingsError        a flag, environment variable or TOML key is wrong
    ├── SourceError          a source of articles cannot be read at all
    ├── FetchError           one page could not be fetched
    │   └── ForbiddenAddress it would have reached a private address
    ├── NoStory              a page holds no article
    ├── ModelError           an embedding model is missing or unusable
    ├── ArchiveError         an archive cannot be used as asked
    │   ├── ArchiveMissing   there is none at that path
    │   ├── ArchiveTooNew    a newer Byline wrote it
    │   ├── ArchiveDamaged   the truth itself cannot be read
    │   ├── ArchiveLocked    another process is writing to it
    │   ├── ArchiveReadOnly  it may not be written to
    │   ├── EmbedderMismatch its vectors came from another model
    │   ├── SearchUnavailable its search server does not answer, or not now
    │   ├── SearchMismatch   what the search server holds is not this archive's
    │   └── NoWordSearch     its search server has no full-text search
    ├── ClusterError         a Ray cluster cannot be used as asked (index.cluster.errors)
    ├── QuestionError        a question cannot be answered as put
    ├── LanguageModelFailed  it gave no answer, or a part of one (rag.llm.types)
    ├── CalibrationError     a threshold cannot be fitted or used (eval.calibrate)
    ├── JournalError         an interrupted run cannot be gone on with (eval.journal)
    ├── WorkerLost           a process ended before its work was done (eval.processes, and
    │                        ui.serving.errors for one that was answering)
    ├── UnknownBench         there is no benchmark of that name (eval.bench.registry)
    ├── PeerFailed           one of those it compares cannot be measured (eval.bench.peers.types)
    ├── Busy                 more readers wait than are let wait (ui.serving.watched)
    ├── Untold               something failed of which strangers are told no more
    │                        (ui.serving.watched)
    ├── SiteError            a site cannot be added, changed or found (ui.sites.errors)
    │   └── TokenError       a private site's token is not accepted (ui.sites.tokens)
    └── ReportError          a file cannot be read as a report (eval.report)
        └── ReportTooNew     a newer Byline wrote it

Those that only one part raises are defined there, as their last word says.
One broken page never raises past the ingest; it becomes a `types.Skip`.
Messages say what was expected, what was found and what to run.
"""


class BylineError(Exception):
    """The root: catch this to catch everything Byline raises on purpose."""


class SettingsError(BylineError):
    """A setting is unknown, or its value cannot be used."""


class SourceError(BylineError):
    """A source named on the command line cannot be read at all."""


class FetchError(BylineError):
    """A page could not be fetched."""


class ForbiddenAddress(FetchError):
    """A URL resolves to an address that may not be fetched."""


class NoStory(BylineError):
    """A page holds no article text."""


class ModelError(BylineError):
    """An embedding model is missing, damaged or unusable."""


class ArchiveError(BylineError):
    """An archive cannot be used as asked."""


class ArchiveMissing(ArchiveError):
    """There is no archive at the path."""


class ArchiveTooNew(ArchiveError):
    """The archive was written by a newer version of Byline."""


class ArchiveDamaged(ArchiveError):
    """The archive's database cannot be read."""


class ArchiveLocked(ArchiveError):
    """Another process holds the archive's writer lock."""


class ArchiveReadOnly(ArchiveError):
    """The archive may not be written to."""


class EmbedderMismatch(ArchiveError):
    """The archive's vectors were made by another embedding model."""


class SearchUnavailable(ArchiveError):
    """The archive's search server cannot be reached, or does not answer in time."""


class SearchMismatch(ArchiveError):
    """The search server holds collections of this name that are made otherwise."""


class NoWordSearch(ArchiveError):
    """The search server is too old for full-text search."""


class QuestionError(BylineError):
    """A question cannot be answered as put (empty, too long, ...)."""
