"""Reaching a Ray cluster, or making one of this machine's cores.

A library prints nothing: Ray's bars, banners and logs are turned off here, as are the
statistics that it would send to its makers. One of this machine listens on 127.0.0.1.
"""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import socket
import sys
import threading
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from typing import Any, Final

from index.cluster.errors import ClusterError, said

LOCAL: Final = "local"
_STORE = 512_000_000  # bytes of this machine's memory that lots may wait in
_HERE = ("localhost", "127.0.0.1", "::1", "[::1]")
_KNOCK_SECONDS = 10.0
_PATIENCE = "2"  # attempts at reaching a head, each of some ten seconds; else there are 20
_PROBE_SECONDS = 120.0  # for a node to start a process and import Byline


@dataclass(frozen=True, slots=True)
class Cluster:
    """What there is to work with. `nodes` are those that have a core to give."""

    cpus: float
    nodes: int


@contextlib.contextmanager
def connected(address: str) -> Iterator[Cluster]:
    """A cluster, for as long as it is needed; one that this process is in already is kept.

    `address` is HOST:PORT of the cluster's head, `auto` for the one that this machine is
    a node of, or `local`. Raises ClusterError.
    """
    ray = _imported()
    if address.startswith("ray://"):
        raise ClusterError(
            f"{address} is the address of Ray's client, expected HOST:PORT of the head (its port "
            "is 6379 unless set): run this on a machine of the cluster"
        )
    with contextlib.ExitStack() as stack:
        stack.enter_context(_silence(ray))
        if not ray.is_initialized():
            stack.callback(ray.shutdown)
            with _signals_kept():
                _join(ray, address)
        yield _checked(ray)


def _imported() -> Any:
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    # its native part complains of how Ray Data makes its actors, and of lost machines
    os.environ.setdefault("RAY_BACKEND_LOG_LEVEL", "fatal")
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")  # or it warns of a change
    try:
        import ray.data
    except ImportError as error:
        raise ClusterError(
            "several machines need the package ray; install it on each with: "
            "pip install 'byline[distributed]'"
        ) from error
    return ray


def _join(ray: Any, address: str) -> None:
    given: dict[str, Any] = {"address": address}
    if address == LOCAL:
        given |= {"include_dashboard": False, "object_store_memory": _STORE}
    else:
        os.environ.setdefault("RAY_gcs_server_port_wait_time_s", _PATIENCE)
    try:
        _knock(address)
        with _nothing_told(ray), _loopback(ray) if address == LOCAL else contextlib.nullcontext():
            ray.init(
                **given,
                configure_logging=False,
                logging_level=logging.CRITICAL,
                log_to_driver=False,
            )
    except (ConnectionError, RuntimeError, ValueError, OSError, ray.exceptions.RayError) as error:
        # RuntimeError: another Ray or another Python than the cluster's; RayError: no token of it
        said = " ".join(str(error).split())
        raise ClusterError(
            f"the Ray cluster {address} cannot be joined: {said}. Expected HOST:PORT of its head "
            "(ray start --head), reachable from here, with the same Ray and Python"
        ) from error


def _knock(address: str) -> None:
    """Raise OSError where nobody listens at HOST:PORT: Ray would try for ten minutes.

    Names of this machine are Ray's to read: it means by them whichever of its addresses
    the cluster is at.
    """
    host, _, port = address.rpartition(":")
    if port.isdecimal() and host not in _HERE:
        socket.create_connection((host.strip("[]"), int(port)), _KNOCK_SECONDS).close()


def _checked(ray: Any) -> Cluster:
    """The nodes with cores to give, each asked whether it has this very Byline."""
    from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy as On

    nodes = [n for n in ray.nodes() if n["Alive"] and n["Resources"].get("CPU", 0) > 0]
    if not nodes:
        raise ClusterError("the Ray cluster has no node with a core to give (num_cpus is 0)")
    # max_retries: an import that fails would be tried for ever
    ask = ray.remote(num_cpus=0, max_retries=0)(_version)
    asked = {
        ask.options(scheduling_strategy=On(node_id=n["NodeID"], soft=False)).remote(): n
        for n in nodes
    }
    for reference, node in asked.items():
        name, ours = node["NodeManagerHostname"], _version()
        try:
            theirs = ray.get(reference, timeout=_PROBE_SECONDS)
        except ray.exceptions.RayError as error:
            raise ClusterError(
                f"the node {name} cannot run Byline: {said(error)}. Install the same Byline "
                "there as here, with: pip install 'byline[distributed]'"
            ) from error
        if theirs != ours:
            raise ClusterError(f"the node {name} has Byline {theirs}, expected {ours} as here")
    return Cluster(sum(n["Resources"]["CPU"] for n in nodes), len(nodes))


def _version() -> str:
    """Runs on a node too, where loading it has imported what the workers need."""
    from index.cluster import workers  # noqa: F401

    try:
        return metadata.version("byline")
    except metadata.PackageNotFoundError:
        return "(not installed)"


@contextlib.contextmanager
def _loopback(ray: Any) -> Iterator[None]:
    """A cluster begun within listens on 127.0.0.1.

    For that there is only the switch by which Ray spares other systems a question of
    their firewalls: it puts the machine's own address in the place of a loopback's.
    """
    constants = ray._private.ray_constants
    name = constants.ENABLE_RAY_CLUSTERS_ENV_VAR
    enabled, told = constants.ENABLE_RAY_CLUSTER, os.environ.get(name)
    constants.ENABLE_RAY_CLUSTER, os.environ[name] = False, "0"
    try:
        yield
    finally:
        constants.ENABLE_RAY_CLUSTER = enabled
        os.environ.pop(name)
        if told is not None:
            os.environ[name] = told


@contextlib.contextmanager
def _nothing_told(ray: Any) -> Iterator[None]:
    """While joining a cluster, what Ray offers no option for.

    It would publish this process's command line in the cluster, and the archive's
    password with it; and its native part writes to stderr before it has been set up.
    """
    utils = ray._private.utils
    entrypoint = utils.get_entrypoint_name
    utils.get_entrypoint_name = lambda: "byline index"
    sys.stderr.flush()
    kept = os.dup(2)
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 2)
        os.close(nowhere)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        utils.get_entrypoint_name = entrypoint


@contextlib.contextmanager
def _silence(ray: Any) -> Iterator[None]:
    """Ray's loggers are mute, and its warnings unheard, while it is in use."""
    told = ray._private.worker
    printed, told._worker_logs_enabled = told._worker_logs_enabled, False
    names = ("ray", "ray.data", "ray.train", "ray.tune")
    before = {name: logging.getLogger(name).level for name in names}
    handlers = [h for name in names for h in logging.getLogger(name).handlers]
    levels = [handler.level for handler in handlers]
    for handler in handlers:
        handler.setLevel(logging.CRITICAL + 1)
    for name in names:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", module=r"ray\.")
            yield
    finally:
        told._worker_logs_enabled = printed
        for name, level in before.items():
            logging.getLogger(name).setLevel(level)
        for handler, was in zip(handlers, levels, strict=True):
            handler.setLevel(was)


@contextlib.contextmanager
def _signals_kept() -> Iterator[None]:
    """SIGTERM stays with whoever minds it: joining a cluster takes it over."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.getsignal(signal.SIGTERM)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
