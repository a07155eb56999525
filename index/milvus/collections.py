"""What an archive's two collections are called, what they hold, and making them.

`passages` holds the vector, the words and what filters look at; its id is the passage's
key. `teasers` holds pieces of other stories, found by words alone. Where the server has
no full-text search, there are no words, and no teasers.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from index.errors import ArchiveError, SearchMismatch
from index.milvus.server import PATIENCE, Server
from index.milvus.words import MOST

FILTERED = ("article", "source", "section", "day")  # int64 each
_FORMAT = 1  # of what is in the fields; another one is not searched as this is
_ATTEMPTS = 5  # to make what another may be making at the same time
_PAUSE = 0.2  # seconds
_BM25 = {"bm25_k1": 1.2, "bm25_b": 0.75}  # tantivy's
_PLAIN_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,99}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Names:
    """What an archive's collections are called on a server that may hold several archives."""

    passages: str
    teasers: str

    @classmethod
    def of(cls, archive: str) -> Names:
        """For an archive of this name, which may be any text; another name, other collections."""
        if not _PLAIN_NAME.fullmatch(archive):
            legible = re.sub(r"[^A-Za-z0-9]+", "_", archive)[:60].strip("_")
            digest = blake2b(archive.encode("utf-8", "replace"), digest_size=8).hexdigest()
            archive = f"{legible}__{digest}"
        return cls(f"byline_{archive}_passages", f"byline_{archive}_teasers")


def ensure(server: Server, names: Names, dimension: int) -> None:
    """Make the collections that are missing. Repeating it, or doing it twice at once, is safe.

    Raises SearchMismatch where one is there that was made otherwise.
    """
    _ensure(server, names.passages, dimension)
    if server.has_words:
        _ensure(server, names.teasers, None)


def are_there(server: Server, names: Names) -> bool:
    """Whether the collections that `ensure` makes have been made."""
    made = (names.passages, names.teasers) if server.has_words else (names.passages,)
    return all(server.call("has_collection", name) for name in made)


def drop(server: Server, names: Names) -> None:
    """Do away with both, and with what is in them; what is not there is no error."""
    for name in (names.passages, names.teasers):
        if server.call("has_collection", name):
            server.call("drop_collection", name, timeout=PATIENCE)


def _ensure(server: Server, name: str, dimension: int | None) -> None:
    schema = _schema(server, dimension)
    for attempt in range(_ATTEMPTS):
        if server.call("has_collection", name):
            break
        try:
            server.call(
                "create_collection",
                name,
                schema=schema,
                consistency_level="Strong",
                timeout=PATIENCE,
            )
        except ArchiveError:  # another may be making it just now
            if attempt == _ATTEMPTS - 1:
                raise
            time.sleep(_PAUSE)
    _check(server, name, schema)
    for index in _indexes(server, dimension):
        for attempt in range(_ATTEMPTS):
            if index.field_name in server.call("list_indexes", name):
                break
            try:
                # It is not waited for: the collection is empty, or has been indexed before.
                server.call("create_index", name, _only(index), sync=False, timeout=PATIENCE)
            except ArchiveError:
                if attempt == _ATTEMPTS - 1:
                    raise
                time.sleep(_PAUSE)
    server.call("load_collection", name, timeout=PATIENCE)


def _check(server: Server, name: str, schema: Any) -> None:
    """Raise SearchMismatch where the collection is made by another schema than this."""
    found = server.call("describe_collection", name)
    expected = _described(schema.to_dict())
    # Milvus Lite does not keep descriptions
    same_format = found.get("description") in ("", schema.description)
    if _described(found) != expected or not same_format:
        raise SearchMismatch(
            f"the collection {name} on the search server at {server.address} is not made as "
            f"this archive needs it: expected {schema.description} with {expected}, found "
            f"{found.get('description') or 'one'} with {_described(found)}. Another archive may "
            "be using it; if none does, drop it there, and run: byline rebuild --archive ADDRESS"
        )


def _described(of: dict[str, Any]) -> str:
    """Its fields, which tell one way to make a collection from another."""
    fields = {
        str(field["name"]): field.get("params", {}).get("dim")
        for field in of["fields"]
        if not field.get("is_dynamic")
    }
    return ", ".join(f"{name} ({size})" if size else name for name, size in sorted(fields.items()))


def _schema(server: Server, dimension: int | None) -> Any:
    """Of the passages, with vectors of this dimension, or else of the teasers."""
    from pymilvus import CollectionSchema, DataType, FieldSchema, Function, FunctionType

    fields = [FieldSchema("id", DataType.INT64, is_primary=True)]
    fields += [FieldSchema(name, DataType.INT64) for name in FILTERED]
    if dimension is not None:
        fields.append(FieldSchema("dense", DataType.FLOAT_VECTOR, dim=dimension))
    else:
        fields.append(FieldSchema("text", DataType.VARCHAR, max_length=MOST))
    functions = []
    if server.has_words:
        fields += [
            FieldSchema(
                "words",
                DataType.VARCHAR,
                max_length=MOST,
                enable_analyzer=True,
                enable_match=True,
                analyzer_params={"tokenizer": "standard"},
            ),
            FieldSchema("sparse", DataType.SPARSE_FLOAT_VECTOR),
        ]
        functions = [Function("bm25", FunctionType.BM25, ["words"], ["sparse"])]
    what = "teasers" if dimension is None else "passages"
    return CollectionSchema(
        fields, description=f"Byline's {what}, format {_FORMAT}", functions=functions
    )


def _indexes(server: Server, dimension: int | None) -> Any:
    from pymilvus import MilvusClient

    indexes = MilvusClient.prepare_index_params()
    if dimension is not None:
        # Milvus Lite's own choice, HNSW, loses hits where many are asked for and few let through
        kind = "FLAT" if server.is_lite else "AUTOINDEX"
        indexes.add_index("dense", index_type=kind, metric_type="IP")
    if server.has_words:
        indexes.add_index(
            "sparse", index_type="SPARSE_INVERTED_INDEX", metric_type="BM25", params=dict(_BM25)
        )
    for name in FILTERED:
        indexes.add_index(name, index_type="INVERTED" if server.has_inverted else "STL_SORT")
    return indexes


def _only(index: Any) -> Any:
    from pymilvus import MilvusClient

    indexes = MilvusClient.prepare_index_params()
    indexes.append(index)
    return indexes
