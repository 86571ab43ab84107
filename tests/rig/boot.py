"""The first process of an engine: it runs as pid 1 of fresh namespaces, starts dockerd there, and reaps orphans.

`rig.engine` starts it under `unshare` with the engine's folder as its argument and keeps the other end of its standard
input open. When that end closes, however the test run came to its end, this process exits and the kernel takes
dockerd, its shims, containers, mounts and network links with it.
"""

from __future__ import annotations

import ctypes
import json
import os
import select
import socket
import subprocess
import sys
from pathlib import Path

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
CGROUPS = "/sys/fs/cgroup"
# Nobody listens there: a name that no container has is refused at once, so that Swarm's attempt to pull an image
# ends in a millisecond and the local image is used.
RESOLVER = "nameserver 127.0.0.1\noptions attempts:1 timeout:1\n"


def run(*command: str | Path) -> None:
    subprocess.run(command, check=True, env={"PATH": PATH})


def furnish(folder: Path, name: str, hosts: str) -> None:
    """Give this namespace a /sys of its own network with the machine's cgroups, an empty /run, and no name server."""
    aside = folder / "cgroups"
    aside.mkdir()
    run("mount", "--rbind", CGROUPS, aside)
    run("mount", "-t", "sysfs", "sysfs", "/sys")
    run("mount", "--rbind", aside, CGROUPS)
    run("mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", "/run")
    for target, text in (
        ("/etc/resolv.conf", RESOLVER),
        ("/etc/hosts", f"127.0.0.1 localhost registry {name}\n{hosts}"),
    ):
        source = folder / Path(target).name
        source.write_text(text)
        real = Path(target).resolve()  # often a link into /run, which is empty now
        real.parent.mkdir(parents=True, exist_ok=True)
        real.touch()
        run("mount", "--bind", source, real)
    socket.sethostname(name)
    run("ip", "link", "set", "lo", "up")


def move_into(tree: Path, folder: Path) -> None:
    """Make an unpacked Debian the root of this furnished namespace, through an overlay that leaves it as it is."""
    base = Path("/run/tree")
    root = base / "new"
    for name in ("up", "work", "new"):
        (base / name).mkdir(parents=True)
    run("mount", "-t", "overlay", "overlay", "-o", f"lowerdir={tree},upperdir={base}/up,workdir={base}/work", root)
    for name in ("proc", "sys", "dev", "run", "tmp", "etc", "old", str(folder).lstrip("/")):
        (root / name).mkdir(parents=True, exist_ok=True)
    for name in ("proc", "sys", "dev"):
        run("mount", "--rbind", f"/{name}", root / name)
    run("mount", "--bind", folder, root / str(folder).lstrip("/"))
    run("mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", root / "run")
    for file in ("resolv.conf", "hosts"):
        (root / "etc" / file).touch()
        run("mount", "--bind", folder / file, root / "etc" / file)
    os.chdir(root)
    run("pivot_root", ".", "old")
    os.chdir("/")
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.umount2(b"/old", 2):  # its name is gone at once, the rest when nothing uses it
        raise OSError(ctypes.get_errno(), "umount of the old root")


def configure(folder: Path) -> Path:
    """Write dockerd's configuration; containers that mount the Docker socket find it at its usual place too."""
    config = folder / "daemon.json"
    settings = {
        "data-root": str(folder / "data"),
        "exec-root": "/run/docker",
        "pidfile": "/run/docker.pid",
        "hosts": [f"unix://{folder}/docker.sock", "unix:///run/docker.sock"],
        "cgroup-parent": f"/{folder.name}",
        "exec-opts": ["native.cgroupdriver=cgroupfs"],
        "insecure-registries": ["registry:5042"],
    }
    config.write_text(json.dumps(settings, indent=2))
    return config


def main(folder: Path) -> None:
    said = json.loads((folder / "boot.json").read_text())
    furnish(folder, said["name"], said["hosts"])
    if said["tree"]:
        move_into(Path(said["tree"]), folder)
    environment = {"PATH": PATH, "HOME": str(folder), "TMPDIR": str(folder)}
    command = ["dockerd", "--config-file", str(configure(folder))]
    dockerd = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL).pid
    while not select.select([sys.stdin], [], [], 0.2)[0]:
        while ended := os.waitpid(-1, os.WNOHANG)[0]:
            if ended == dockerd:
                sys.exit("dockerd ended by itself")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
