"""nginx with the shipped configuration in front of servers of the tests."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.running import ROOT, free_port

NAME = "arteria.hospital.example"
SHIPPED = ROOT / "deploy" / "nginx.conf"
SHIPPED_PORTS = (8501, 8502)
TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


def nginx() -> str:
    """The proxy that the set-up made available."""
    found = (str(ROOT / ".tools" / "nginx"), shutil.which("nginx") or "", "/usr/sbin/nginx")
    for candidate in found:
        if candidate and Path(candidate).exists():
            return candidate
    raise RuntimeError("No nginx: run tools/setup.sh --dev --browser")


@dataclass
class Proxy:
    """A running nginx; ``address`` is what a browser asks that takes ``NAME`` for 127.0.0.1."""

    address: str
    folder: Path
    process: subprocess.Popen[bytes]

    def log_text(self) -> str:
        """What the shipped configuration logs of requests."""
        return (self.folder / "arteria.log").read_text(encoding="utf-8")

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(20)


def _certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate of the name for a day, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, NAME)])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    certificate, secret = folder / "arteria.pem", folder / "arteria.key"
    certificate.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return certificate, secret


def _replaced(text: str, before: str, after: str) -> str:
    assert before in text, f"{SHIPPED.name} no longer says {before!r}"
    return text.replace(before, after)


def start_proxy(folder: Path, ports: Sequence[int]) -> Proxy:
    """Start nginx with the shipped file; only ports and the places of its files are others.

    Raises:
        RuntimeError: there is no nginx, or it doesn't start.
    """
    certificate, secret = _certificate(folder)
    port = free_port()
    shipped = SHIPPED.read_text(encoding="utf-8")
    for theirs, ours in zip(SHIPPED_PORTS, ports, strict=True):
        shipped = _replaced(shipped, f":{theirs}", f":{ours}")
    shipped = _replaced(shipped, "listen 443 ssl", f"listen 127.0.0.1:{port} ssl")
    shipped = _replaced(shipped, "listen 80;", f"listen 127.0.0.1:{free_port()};")
    shipped = _replaced(shipped, "/etc/ssl/arteria.pem", str(certificate))
    shipped = _replaced(shipped, "/etc/ssl/private/arteria.key", str(secret))
    shipped = _replaced(shipped, "/var/log/nginx/arteria.log", str(folder / "arteria.log"))
    places = "".join(f"{one}_temp_path {folder / one};\n" for one in TEMPORARY)
    # The folders of the tests are their owner's only.
    owner = "user root;\n" if os.geteuid() == 0 else ""
    settings = folder / "nginx.conf"
    settings.write_text(
        f"{owner}daemon off;\npid {folder / 'pid'};\nerror_log {folder / 'error.log'};\n"
        f"worker_processes 1;\nevents {{}}\nhttp {{\n{places}{shipped}}}\n",
        encoding="utf-8",
    )
    with (folder / "started.log").open("wb") as said:
        process = subprocess.Popen(
            [nginx(), "-p", str(folder), "-e", str(folder / "error.log"), "-c", str(settings)],
            stdout=said, stderr=said,
        )  # fmt: skip
    deadline = time.monotonic() + 30
    while process.poll() is None and time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return Proxy(f"https://{NAME}:{port}", folder, process)
        time.sleep(0.05)
    process.kill()
    raise RuntimeError((folder / "started.log").read_text() + (folder / "error.log").read_text())
