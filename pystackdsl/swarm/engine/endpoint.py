"""Which daemon is meant: options, the environment and Docker's configuration folder come in, an address goes out.

The order is that of the Docker CLI: --context, --host, DOCKER_HOST, DOCKER_CONTEXT, the current context, the socket.
"""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import attrs

from pystackdsl.swarm.errors import EngineError

__all__ = ["SOCKET", "Endpoint", "Tls", "configuration", "contexts", "docker_folder", "endpoint"]

SOCKET: Final = "npipe:////./pipe/docker_engine" if os.name == "nt" else "unix:///var/run/docker.sock"
"""Where the machine's own daemon listens."""


@attrs.frozen
class Tls:
    """The files for an encrypted connection, None where there is none; with `verify` the daemon must prove itself."""

    ca: Path | None
    cert: Path | None
    key: Path | None
    verify: bool


@attrs.frozen
class Endpoint:
    """A daemon's address, and what people call it: `context prod`, or the address itself."""

    host: str
    where: str
    tls: Tls | None = None


def endpoint(context: str | None, host: str | None, folder: Path, environment: Mapping[str, str]) -> Endpoint:
    """The daemon that is meant; `folder` is Docker's configuration folder. Raises EngineError."""
    if context and host:
        raise EngineError("--context and --host both name a daemon", help="give one of them")
    if context is None and (host or environment.get("DOCKER_HOST")):
        return _addressed(host or environment["DOCKER_HOST"], folder, environment)
    name = context or environment.get("DOCKER_CONTEXT") or configuration(folder).get("currentContext") or "default"
    if name == "default":
        return _addressed(SOCKET, folder, environment)
    return _of_context(str(name), folder)


def configuration(folder: Path) -> Mapping[str, Any]:
    """What Docker's config.json says; nothing where there is none. Raises EngineError."""
    file = folder / "config.json"
    try:
        found = json.loads(file.read_bytes())
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise EngineError(
            f"{file} cannot be read: {_reason(error)}", help="mend it, or name another folder with DOCKER_CONFIG"
        ) from None
    return found if isinstance(found, dict) else {}


def _reason(error: Exception) -> str:
    return (getattr(error, "strerror", None) or "it is no JSON").lower()


def _addressed(host: str, folder: Path, environment: Mapping[str, str]) -> Endpoint:
    """The daemon at an address, which may lack its port; variables say whether TLS is used."""
    if "://" not in host:
        host = f"tcp://{host}"
    scheme = host.partition("://")[0]
    if scheme not in ("unix", "npipe", "tcp", "http", "https", "ssh", "fd"):
        raise EngineError(
            f'"{host}" is no address of a Docker daemon',
            help="write unix:///path, tcp://host:2376 or ssh://user@host",
        )
    if scheme in ("unix", "npipe", "ssh"):
        return Endpoint(host, host)
    tls = None
    verify = bool(environment.get("DOCKER_TLS_VERIFY"))
    if verify or environment.get("DOCKER_TLS"):
        certificates = Path(environment.get("DOCKER_CERT_PATH") or folder)
        tls = _tls(certificates, verify=verify)
    return Endpoint(_with_port(host, is_tls=tls is not None), host, tls)


def _with_port(host: str, *, is_tls: bool) -> str:
    scheme, _, rest = host.partition("://")
    name, slash, path = rest.partition("/")
    if ":" not in name.rpartition("]")[2]:
        name += ":2376" if is_tls else ":2375"
    return f"{scheme}://{name}{slash}{path}"


def _tls(folder: Path, *, verify: bool) -> Tls:
    """The files of a folder. Raises EngineError where a certificate has no key, or the other way round."""
    ca, cert, key = (path if (path := folder / name).exists() else None for name in ("ca.pem", "cert.pem", "key.pem"))
    if (cert is None) != (key is None):
        missing = "key.pem" if key is None else "cert.pem"
        raise EngineError(f"there is no {missing} in {folder}, which TLS needs", help=f"put {missing} there")
    return Tls(ca, cert, key, verify)


def _of_context(name: str, folder: Path) -> Endpoint:
    """The daemon of a context of the CLI. Raises EngineError for one that is not there."""
    from hashlib import sha256

    id = sha256(name.encode()).hexdigest()
    file = folder / "contexts" / "meta" / id / "meta.json"
    try:
        meta = json.loads(file.read_bytes())
        docker = meta["Endpoints"]["docker"]
        host = docker.get("Host") or SOCKET
    except FileNotFoundError:
        raise _no_context(name, folder) from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise EngineError(
            f"the context {name} cannot be read from {file}", help=f"make it anew with `docker context create {name}`"
        ) from None
    files = folder / "contexts" / "tls" / id / "docker"
    skips = bool(docker.get("SkipTLSVerify"))
    has_tls = host.startswith(("tcp:", "https:")) and (files.is_dir() or skips)
    tls = _tls(files, verify=not skips) if has_tls else None
    return Endpoint(_with_port(host, is_tls=has_tls) if host.startswith("tcp:") else host, f"context {name}", tls)


def docker_folder(environment: Mapping[str, str]) -> Path:
    """Docker's configuration folder, unless another is named."""
    return Path(environment.get("DOCKER_CONFIG") or Path.home() / ".docker")


def contexts(folder: Path) -> list[str]:
    """The names of all contexts."""
    names = ["default"]
    for file in (folder / "contexts" / "meta").glob("*/meta.json"):
        try:
            names.append(str(json.loads(file.read_bytes())["Name"]))
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return sorted(names)


def _no_context(name: str, folder: Path) -> EngineError:
    from pystackdsl.diagnostics import nearest

    names = contexts(folder)
    guess = nearest(name, names)
    known = ", ".join(sorted(names))
    help = f"did you mean {guess}?" if guess else f"there are {known}"
    return EngineError(f'there is no Docker context "{name}"', help=help)
