"""Contexts of the Docker CLI, as `docker context create` writes them."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path


def make_context(configuration: Path, name: str, host: str) -> None:
    """Make a context in Docker's configuration folder that names a daemon."""
    meta = configuration / "contexts" / "meta" / sha256(name.encode()).hexdigest() / "meta.json"
    meta.parent.mkdir(parents=True)
    docker = {"Host": host, "SkipTLSVerify": False}
    meta.write_text(json.dumps({"Name": name, "Metadata": {}, "Endpoints": {"docker": docker}}))
