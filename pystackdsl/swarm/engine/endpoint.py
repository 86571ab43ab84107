"""Which daemon is meant: options, the environment and Docker's configuration folder come in, an address goes out.

The order is that of the Docker CLI: --context, --host, DOCKER_HOST, DOCKER_CONTEXT, the current context, the socket.
"""

import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import attrs

from pystackdsl.swarm.errors import EngineError

__all__ = ["SOCKET", "Endpoint", "Tls", "configuration", "contexts", "docker_folder", "endpoint", "without_password"]

SOCKET: Final = "npipe:////./pipe/docker_engine" if os.name == "nt" else "unix:///var/run/docker.sock"
"""Where the machine's own daemon listens."""
ADDRESSES: Final = "write unix:///path, tcp://host:2376 or ssh://user@host"
PORT, TLS_PORT, PORTS = "2375", "2376", 65535
"""Docker's ports, and the last one there is."""


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
    named = environment.get("DOCKER_HOST")
    if not context and (host or named):
        return _addressed(host or named or "", folder, environment)
    name = context or environment.get("DOCKER_CONTEXT") or configuration(folder).get("currentContext") or "default"
    if name == "default":
        return _addressed(named or SOCKET, folder, environment)
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
    """The daemon at an address as people give it; variables say whether TLS is used. Raises EngineError."""
    text = host.strip() or SOCKET
    scheme, mark, rest = text.partition("://")
    if not mark and not re.match("/|(unix|npipe|tcp|ssh):", text):
        scheme, rest = "tcp", text
    if scheme in ("unix", "npipe", "ssh"):
        address = SOCKET if text == "unix://" else text
        return Endpoint(address, address)
    if scheme != "tcp":
        raise _no_address(host, help=f"write unix://{text}" if text.startswith("/") else ADDRESSES)
    verify = bool(environment.get("DOCKER_TLS_VERIFY"))
    tls = None
    if verify or environment.get("DOCKER_TLS"):
        certificates = Path(environment.get("DOCKER_CERT_PATH") or folder)
        tls = _tls(certificates, verify=verify)
        if tls.ca is None:
            raise _no_file("ca.pem", certificates)
    address = _with_port(f"tcp://{rest}", is_tls=tls is not None)
    return Endpoint(address, address, tls)


def _with_port(address: str, *, is_tls: bool) -> str:
    """An address over TCP in full; what it leaves out are the machine itself and Docker's port. Raises EngineError."""
    scheme, _, rest = address.partition("://")
    place, slash, path = rest.partition("/")
    name = place.rpartition("@")[2]
    if name.count(":") > 1 and not name.startswith("["):
        name = f"[{name}]"
    match = re.fullmatch(r"(\[[^]]+\]|[^][:?#\s]*)(?::([0-9]*))?", name)
    if match is None or int(match[2] or 0) > PORTS:
        raise _no_address(address, help=ADDRESSES)
    port = match[2] or (TLS_PORT if is_tls else PORT)
    return f"{scheme}://{match[1] or 'localhost'}:{port}{slash}{path}"


def _no_address(text: str, *, help: str) -> EngineError:
    return EngineError(f'"{without_password(text)}" is no address of a Docker daemon', help=help)


def without_password(address: str) -> str:
    """An address for people: a password that somebody wrote into it is not shown."""
    return re.sub(r"(?<=//)([^@/:]*):[^@/]*@", r"\1:…@", address)


def _tls(folder: Path, *, verify: bool) -> Tls:
    """The files of a folder. Raises EngineError where a certificate has no key, or the other way round."""
    ca, cert, key = (path if (path := folder / name).exists() else None for name in ("ca.pem", "cert.pem", "key.pem"))
    if (cert is None) != (key is None):
        raise _no_file("key.pem" if key is None else "cert.pem", folder)
    return Tls(ca, cert, key, verify)


def _no_file(name: str, folder: Path) -> EngineError:
    return EngineError(f"there is no {name} in {folder}, which TLS needs", help=f"put {name} there")


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
