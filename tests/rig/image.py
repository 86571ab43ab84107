"""Images without a registry: a static busybox as the only layer, packed as `docker load` takes it.

In: an image's name and what it should do. Out: a tar, which `rig.engine` loads.
"""

from __future__ import annotations

import functools
import hashlib
import io
import json
import platform
import shutil
import subprocess
import tarfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

FOLDERS = ("bin", "dev", "etc", "proc", "root", "sys", "tmp", "www")
ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}
SERVE = "exec httpd -f -p 80 -h /www"
"""What an image does all day unless told otherwise: it serves /www on port 80."""


@functools.cache
def busybox() -> Path | None:
    """The machine's busybox, if it has one that needs no libraries."""
    found = shutil.which("busybox")
    if not found:
        return None
    libraries = subprocess.run(["ldd", found], capture_output=True, text=True, check=False)
    static = "not a dynamic executable" in libraries.stderr or "statically linked" in libraries.stdout
    return Path(found) if static else None


def pack(name: str, command: str, *, page: str, programs: Sequence[str] = (), health: str | None = None) -> bytes:
    """An image that runs the shell text `command` whatever arguments a service gives it, and dies at once when
    stopped. `page` is /www/index.html, `programs` are commands that just succeed, `health` is a health check's shell
    text, run each second."""
    layer = _layer(page, tuple(programs))
    config: dict[str, Any] = {
        "Entrypoint": ["/bin/sh", "-c", command, "sh"],
        "Env": ["PATH=/bin"],
        "StopSignal": "SIGKILL",  # busybox as pid 1 ignores SIGTERM, and each stop would take 10 s
    }
    if health is not None:
        second = 10**9
        config["Healthcheck"] = {
            "Test": ["CMD-SHELL", health],
            "Interval": second,
            "Timeout": 2 * second,
            "Retries": 2,
        }
    description = {
        "architecture": ARCHITECTURES.get(platform.machine(), platform.machine()),
        "os": "linux",
        "config": config,
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{hashlib.sha256(layer).hexdigest()}"]},
    }
    manifest = [{"Config": "config.json", "RepoTags": [full_name(name)], "Layers": ["layer.tar"]}]
    return _tar(
        {
            "manifest.json": json.dumps(manifest).encode(),
            "config.json": json.dumps(description).encode(),
            "layer.tar": layer,
        }
    )


def full_name(name: str) -> str:
    """An image name with its tag; a colon before a slash is a registry's port."""
    return name if ":" in name.rpartition("/")[2] else f"{name}:latest"


@functools.cache
def _layer(page: str, programs: tuple[str, ...]) -> bytes:
    box = busybox()
    if box is None:
        raise FileNotFoundError("no static busybox")
    applets = subprocess.run([box, "--list"], capture_output=True, text=True, check=True).stdout.split()
    files = {
        "bin/busybox": box.read_bytes(),
        "etc/passwd": b"root:x:0:0:root:/root:/bin/sh\n",
        "etc/group": b"root:x:0:\n",
        "www/index.html": page.encode(),
        **{f"bin/{program}": b"#!/bin/sh\n" for program in programs},
    }
    return _tar(files, FOLDERS, {f"bin/{applet}": "busybox" for applet in applets if f"bin/{applet}" not in files})


def _tar(files: Mapping[str, bytes], folders: Sequence[str] = (), links: Mapping[str, str] | None = None) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        for folder in folders:
            entry = tarfile.TarInfo(folder)
            entry.type, entry.mode = tarfile.DIRTYPE, 0o1777 if folder == "tmp" else 0o755
            tar.addfile(entry)
        for name, target in (links or {}).items():
            entry = tarfile.TarInfo(name)
            entry.type, entry.linkname = tarfile.SYMTYPE, target
            tar.addfile(entry)
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.mode, entry.size = 0o755, len(content)
            tar.addfile(entry, io.BytesIO(content))
    return packed.getvalue()
