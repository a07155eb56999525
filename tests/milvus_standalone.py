"""Run by `tests.milvus_server`, in a network of its own: the server, and the way into it.

python milvus_standalone.py FOLDER SOCKET: what is accepted at the socket (an inherited
one that listens outside) is passed on to the server's port. It says "ready" once.
"""

from __future__ import annotations

import fcntl
import signal
import socket
import struct
import sys
import threading
from typing import Any

_SET_FLAGS = 0x8914  # SIOCSIFFLAGS
_UP = 0x41  # IFF_UP, IFF_RUNNING
_PARTS = "proxy rootCoord dataCoord dataNode indexCoord indexNode queryCoord queryNode".split()


def main(folder: str, inherited: int) -> None:
    with socket.socket() as any_socket:
        fcntl.ioctl(any_socket, _SET_FLAGS, struct.pack("16sh14x", b"lo", _UP))
    server = _started(folder)  # kept: it stops when nobody holds it
    door = socket.socket(fileno=inherited)
    threading.Thread(target=_serve, args=(door, int(server.listen_port)), daemon=True).start()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.read()  # until whoever started this has gone


def _started(folder: str) -> Any:
    from milvus import MilvusServer

    server: Any = MilvusServer(wait_for_started=False)
    server.config.update(data_dir=folder)
    for part in _PARTS:  # they look for an address that is not loopback's, and here is none
        server.config.set(f"{part}.ip", "127.0.0.1")
    server.start()
    server.wait_started()
    return server


def _serve(door: socket.socket, port: int) -> None:
    while True:
        outside, _ = door.accept()
        try:
            inside = socket.create_connection(("127.0.0.1", port))
        except OSError:
            outside.close()
            continue
        for one, other in ((outside, inside), (inside, outside)):
            threading.Thread(target=_pump, args=(one, other), daemon=True).start()


def _pump(source: socket.socket, target: socket.socket) -> None:
    try:
        while block := source.recv(1 << 16):
            target.sendall(block)
    except OSError:
        pass
    for end in (source, target):
        end.close()


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    main(sys.argv[1], int(sys.argv[2]))
