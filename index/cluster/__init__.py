"""Ingest past one machine, with Ray Data.

    sources ──units──> readers ──lots of pages──> ingesters ──> the archive's database
    (here)             (tasks on any node)        (actors on all nodes)

    units.py       what the sources divide into
    reading.py     a unit's pages, read where a task runs
    workers.py     pages in: the very ingest of one machine, kept loaded on a node
    run.py         all of it, driven and counted
    connection.py  reaching a cluster, or making one of this machine

Every node needs the same Byline, and for files the same paths: a shared file system.
Ray is optional (`pip install 'byline[distributed]'`) and imported on first use.
"""
