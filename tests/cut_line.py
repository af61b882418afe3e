"""A line between a browser and a server that can be cut, fall silent and be mended."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from types import TracebackType

from tests.running import free_port

_MOST_BYTES = 65_536


class Line:
    """Forwards a port of this machine to a server, as a network in between would.

    Attributes:
        address: where a browser reaches the server through the line.
    """

    def __init__(self, server_port: int) -> None:
        self._server = ("127.0.0.1", server_port)
        self._own = ("127.0.0.1", free_port())
        self.address = f"http://{self._own[0]}:{self._own[1]}"
        self._flows = threading.Event()
        self._flows.set()
        self._open: list[socket.socket] = []
        self._listener: socket.socket | None = None

    def __enter__(self) -> Line:
        self.mend()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._flows.set()
        self.cut()

    def mend(self) -> None:
        """Take new connections."""
        listener = socket.create_server(self._own)
        self._listener = listener
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()

    def cut(self) -> None:
        """End every connection and refuse new ones."""
        broken, self._open = self._open, []
        if self._listener is not None:
            broken.append(self._listener)
        for one in broken:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def silence(self) -> None:
        """Let nothing through any more, and tell neither side."""
        self._flows.clear()

    def speak(self) -> None:
        """Let through what was held back, and what follows."""
        self._flows.set()

    def _accept(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                near, _ = listener.accept()
                far = socket.create_connection(self._server)
                self._open += [near, far]
                for one, other in ((near, far), (far, near)):
                    threading.Thread(target=self._forward, args=(one, other), daemon=True).start()

    def _forward(self, one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while found := one.recv(_MOST_BYTES):
                self._flows.wait()
                other.sendall(found)
        for end in (one, other):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
