"""Values of a container that Docker takes and that make its tasks fail, or are dropped on the way: warnings.

Imported only when a service says something that is not plainly right.
"""

import ipaddress
from typing import Any

from pystackdsl.model.service import Service
from pystackdsl.model.validity.finding import Findings, at
from pystackdsl.model.variable import OPEN

__all__ = ["doubt"]

_CAPABILITIES = frozenset(
    ("ALL", "AUDIT_CONTROL", "AUDIT_READ", "AUDIT_WRITE", "BLOCK_SUSPEND", "BPF", "CHECKPOINT_RESTORE", "CHOWN",
     "DAC_OVERRIDE", "DAC_READ_SEARCH", "FOWNER", "FSETID", "IPC_LOCK", "IPC_OWNER", "KILL", "LEASE",
     "LINUX_IMMUTABLE", "MAC_ADMIN", "MAC_OVERRIDE", "MKNOD", "NET_ADMIN", "NET_BIND_SERVICE", "NET_BROADCAST",
     "NET_RAW", "PERFMON", "RESET", "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYSLOG", "SYS_ADMIN", "SYS_BOOT",
     "SYS_CHROOT", "SYS_MODULE", "SYS_NICE", "SYS_PACCT", "SYS_PTRACE", "SYS_RAWIO", "SYS_RESOURCE", "SYS_TIME",
     "SYS_TTY_CONFIG", "WAKE_ALARM")
)  # fmt: skip
_SIGNALS = frozenset(
    ("ABRT", "ALRM", "BUS", "CHLD", "CLD", "CONT", "FPE", "HUP", "ILL", "INT", "IO", "IOT", "KILL", "PIPE", "POLL",
     "PROF", "PWR", "QUIT", "RTMAX", "RTMIN", "SEGV", "STKFLT", "STOP", "SYS", "TERM", "TRAP", "TSTP", "TTIN", "TTOU",
     "URG", "USR1", "USR2", "VTALRM", "WINCH", "XCPU", "XFSZ")
)  # fmt: skip


def doubt(name: str, key: str, service: Service, value: Any, found: Findings) -> None:
    """Look closely at the value of the field `name` of a service."""
    if name in ("cap_add", "cap_drop"):
        _capabilities(name, key, service, value, found)
    elif name == "dns":
        _nameservers(key, service, value, found)
    elif name == "extra_hosts":
        _hosts(key, service, value, found)
    elif type(value) is str and OPEN in value:
        return
    elif name == "stop_signal":
        _signal(key, service, value, found)
    elif name == "working_dir" and value and value[1:2] != ":" and value[:1] not in "\\\ufdd2":
        found.warning(
            f'service {key} starts in "{value}", which is no absolute path: its tasks will be rejected',
            at("services", key, service, name),
            help=f'write "/{value}"',
        )
    elif name == "hostname":
        found.warning(
            f"the host name of service {key} has {len(value)} characters: its tasks will fail",
            at("services", key, service, name),
            expected="at most 64",
        )
    elif name == "stop_grace_period":
        found.warning(
            f"service {key} has {value} to stop",
            at("services", key, service, name),
            expected="a duration from 0s",
        )


def _capabilities(name: str, key: str, service: Service, values: tuple[str, ...], found: Findings) -> None:
    for i, value in enumerate(values):
        bare = value.strip().upper().removeprefix("CAP_")
        if bare not in _CAPABILITIES and OPEN not in value:
            from pystackdsl.diagnostics import nearest

            near = nearest(bare, _CAPABILITIES)
            found.warning(
                f'no node knows the capability "{value}": the tasks of service {key} will be rejected',
                at("services", key, service, name, i),
                expected="a capability of Linux, such as NET_ADMIN",
                help=f'did you mean "{near}"?' if near else "",
            )


def _signal(key: str, service: Service, value: str, found: Findings) -> None:
    bare = value.upper().removeprefix("SIG")
    real_time = bare.startswith(("RTMIN+", "RTMAX-")) and bare[6:].isdecimal()
    if bare in _SIGNALS or real_time or (bare.isdecimal() and 0 < int(bare) < 65):
        return
    from pystackdsl.diagnostics import nearest

    near = nearest(bare, _SIGNALS)
    found.warning(
        f'no node knows the signal "{value}": the tasks of service {key} will be rejected',
        at("services", key, service, "stop_signal"),
        expected="a signal's name or number, such as SIGTERM",
        help=f'did you mean "SIG{near}"?' if near else "",
    )


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _nameservers(key: str, service: Service, values: tuple[str, ...], found: Findings) -> None:
    for i, value in enumerate(values):
        if not _is_address(value) and OPEN not in value:
            found.warning(
                f'service {key} has the name server "{value}": newer Docker CLIs drop it, others make its tasks fail',
                at("services", key, service, "dns", i),
                expected="an IP address",
            )


def _hosts(key: str, service: Service, values: tuple[str, ...], found: Findings) -> None:
    for i, value in enumerate(values):
        host, found_mark, address = value.partition("=") if "=" in value else value.partition(":")
        if OPEN in value or (host and (address == "host-gateway" or _is_address(address.strip("[]")))):
            continue
        what = "make its tasks be rejected" if found_mark and host else "be dropped"
        found.warning(
            f'the extra host "{value}" of service {key} will {what}',
            at("services", key, service, "extra_hosts", i),
            expected="name:address, with an IP address or host-gateway",
        )
