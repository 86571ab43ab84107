"""What a service says of its containers: image, commands, health, limits and lists."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from pystackdsl.model.service import Service
from pystackdsl.model.units import Duration
from pystackdsl.model.validity.finding import Findings, at, is_plain, spelled
from pystackdsl.model.validity.holdings import Held
from pystackdsl.model.value import FrozenDict
from pystackdsl.model.variable import OPEN

if TYPE_CHECKING:
    from pystackdsl.model.build import Build
    from pystackdsl.model.container import Healthcheck, Logging
    from pystackdsl.model.value import Resource

__all__ = ["FIELDS", "no_image", "no_key"]

Check = Callable[[str, Service, Any, Held], None]


def no_image(key: str, service: Service, found: Findings) -> None:
    """Say that a service has no image."""
    found.error(
        f"service {key} has no image",
        at("services", key, service),
        expected='an image, such as "postgres:16"',
        help="`docker stack` builds nothing: build and push the image, and say its name"
        if service.build is not None
        else "",
    )


def _unique(name: str) -> Check:
    """The check of a list whose items Compose wants to differ."""

    def check(key: str, service: Service, values: tuple[Any, ...], held: Held) -> None:
        if len(values) > 1 and len(set(values)) < len(values):
            i = next(i for i, value in enumerate(values) if value in values[:i])
            held.found.remark(
                f"{name} of service {key} lists {spelled(str(values[i]))} twice: once is enough",
                at("services", key, service, name, i),
                help="leave one of them out",
            )
        if not is_plain(values):
            held.found.odd = True
        if name in _DOUBTFUL:
            _doubt(name, key, service, values, held.found)

    return check


def _named(name: str) -> Check:
    """The check of a mapping whose keys Compose wants to be something."""

    def check(key: str, service: Service, pairs: Mapping[str, Any], held: Held) -> None:
        if "" in pairs:
            no_key(held.found, "services", key, service, name)
        if not is_plain(pairs):
            held.found.odd = True

    return check


def no_key(found: Findings, kind: str, key: str, resource: "Resource", *within: str) -> None:
    """Say that a mapping has an empty key."""
    place = at(kind, key, resource, *within, "")
    found.error(f"{within[-1]} has an empty name", place, expected="a name for every value")


def _command(name: str) -> Check:
    """The check of a command line, which is split as a shell would; only quotes and backslashes can go wrong."""

    def check(key: str, service: Service, text: str | tuple[str, ...], held: Held) -> None:
        if type(text) is tuple:
            held.found.odd |= not is_plain(text)
            return
        if type(text) is not str or not ("'" in text or '"' in text or "\\" in text) or OPEN in text:
            return
        from pystackdsl.diagnostics import StackError
        from pystackdsl.model.command import split_command

        try:
            split_command(text)
        except StackError as error:
            finding = error.findings[0]
            held.found.error(
                f"{name} of service {key}: {finding.summary}",
                at("services", key, service, name),
                expected=finding.expected,
                help=finding.help,
            )

    return check


def _health(key: str, service: Service, health: "Healthcheck", held: Held) -> None:
    found = held.found
    test = health.test
    if type(health.retries) is int and health.retries < 0:
        found.error(
            f"the health check of service {key} has {health.retries} retries",
            at("services", key, service, "healthcheck", "retries"),
            expected="a number from 0",
        )
    if health.disable is True:
        if test is not None and test != ():
            found.error(
                f"the health check of service {key} is disabled and has a test",
                at("services", key, service, "healthcheck", "disable"),
                help="leave out one of disable and test",
            )
        return
    for name in ("interval", "timeout", "start_period", "start_interval"):
        span = getattr(health, name)
        if type(span) is Duration and span.number < 1_000_000 and span.number:
            told = found.warning if name == "start_interval" else found.error
            told(
                f"{name} of the health check of service {key} is {span}, less than a millisecond",
                at("services", key, service, "healthcheck", name),
                expected='at least "1ms", or "0s" for the default',
            )
    if type(test) is str:
        found.odd |= not test.isascii()
    elif type(test) is tuple and test:
        found.odd |= not is_plain(test)
        _test(key, service, test, found)


def _test(key: str, service: Service, test: tuple[str, ...], found: Findings) -> None:
    if OPEN in test[0]:
        return
    if test[0] not in ("CMD", "CMD-SHELL", "NONE"):
        found.warning(
            f"the health check of service {key} begins with {test[0]}, so no Engine runs it",
            at("services", key, service, "healthcheck", "test"),
            expected='text for a shell, or a list that begins with "CMD", "CMD-SHELL" or "NONE"',
            help=f'write test=["CMD", "{test[0]}", …]',
            yaml=f'write  test: ["CMD", "{test[0]}", …]',
            kind="unrunnable-healthcheck",
        )
    elif len(test) == 1 and test[0] != "NONE":
        found.warning(
            f"the health check of service {key} has no command after {test[0]}",
            at("services", key, service, "healthcheck", "test"),
            expected=f'a command, such as ["{test[0]}", "pg_isready"]',
        )


_LIMITS = frozenset(
    ("as", "core", "cpu", "data", "fsize", "locks", "memlock", "msgqueue", "nice", "nofile", "nproc", "rss", "rtprio",
     "rttime", "sigpending", "stack")
)  # fmt: skip


def _limits(key: str, service: Service, limits: FrozenDict[str, Any], held: Held) -> None:
    found = held.found
    for name, limit in limits.items():
        soft, hard = limit.soft, limit.hard
        place = ("ulimits", name)
        if soft is None or hard is None:
            found.error(
                f"the ulimit {name} of service {key} has no {'soft' if soft is None else 'hard'} value",
                at("services", key, service, *place),
                expected="both, or one number for both",
            )
        elif type(soft) is int and type(hard) is int and hard != -1 and (soft > hard or soft == -1):
            shown = "no limit" if soft == -1 else soft
            found.warning(
                f"the ulimit {name} of service {key} is {shown} (soft), more than {hard} (hard): its tasks will fail",
                at("services", key, service, *place, "soft"),
                help=f"give both the value {hard}",
            )
        if name.lower() not in _LIMITS:
            found.odd |= not name.isascii()
            from pystackdsl.diagnostics import nearest

            near = nearest(name, _LIMITS)
            found.warning(
                f'no node knows a ulimit "{name}": the tasks of service {key} will fail',
                at("services", key, service, *place),
                expected="a limit of Linux, such as nofile",
                help=f'did you mean "{near}"?' if near else "",
            )


def _restart(key: str, service: Service, text: str, held: Held) -> None:
    """Check Compose's short policy, which counts only where `deploy` says none."""
    found = held.found
    if OPEN in text or (service.deploy is not None and service.deploy.restart is not None):
        return
    policy, colon, count = text.partition(":")
    digits = count[1:] if count[:1] in ("+", "-") else count
    number = count == "" or (digits.isdecimal() and digits.isascii())
    place = at("services", key, service, "restart")
    if (policy in _POLICIES or (policy == "" and not colon)) and number:
        if digits is not count and count[0] == "-":
            words = f"newer Docker CLIs refuse the negative count of restart {text}"
            found.warning(words, place, expected="a count from 0, or none for no end")
        return
    from pystackdsl.diagnostics import nearest

    near = nearest(policy.strip(), (*_POLICIES, "any", "none"))
    meant = {"any": "always", "none": "no"}.get(near or "", near)
    help = f'did you mean "{meant}"?' if meant and policy not in _POLICIES else ""
    found.error(
        f'"{text}" is no restart policy',
        place,
        expected='"no", "always", "unless-stopped", "on-failure" or "on-failure:COUNT"',
        help=help or "better: deploy=Deploy(restart=OnFailure(max_attempts=3))",
        yaml=help or "better:  deploy: {restart_policy: {condition: on-failure, max_attempts: 3}}",
    )


_POLICIES = ("no", "always", "unless-stopped", "on-failure")


def _doubt(name: str, key: str, service: Service, value: Any, found: Findings) -> None:
    from pystackdsl.model.validity.doubtful import doubt

    doubt(name, key, service, value, found)


def _grace(key: str, service: Service, span: Duration, held: Held) -> None:
    if type(span) is Duration and span.number < 0:
        _doubt("stop_grace_period", key, service, span, held.found)


def _folder(key: str, service: Service, path: str, held: Held) -> None:
    if path[:1] != "/":
        _doubt("working_dir", key, service, path, held.found)


def _hostname(key: str, service: Service, name: str, held: Held) -> None:
    if "{{" in name:
        from pystackdsl.model.validity.templates import check_template

        check_template("hostname", name, at("services", key, service, "hostname"), held.found)
    elif len(name) > 64:
        _doubt("hostname", key, service, name, held.found)


def _environment(key: str, service: Service, pairs: Mapping[str, str | None], held: Held) -> None:
    if "" in pairs:
        no_key(held.found, "services", key, service, "environment")
    texts = [text for text in pairs.values() if text]
    joined = "".join(texts)
    if "{{" in joined:
        _placeholders(key, service, pairs, held.found)
    if not (is_plain(joined) and "".join(pairs).isascii()):
        held.found.odd = True


def _placeholders(key: str, service: Service, pairs: Mapping[str, str | None], found: Findings) -> None:
    from pystackdsl.model.validity.templates import check_template

    for name, text in pairs.items():
        if text is not None and "{{" in text:
            check_template(name, text, at("services", key, service, "environment", name), found)


def _signal(key: str, service: Service, name: str, held: Held) -> None:
    if name not in ("SIGTERM", "SIGINT", "SIGQUIT", "SIGKILL", "SIGHUP"):
        _doubt("stop_signal", key, service, name, held.found)


def _build(key: str, service: Service, build: "Build", held: Held) -> None:
    from pystackdsl.model.validity.builds import check as check_build

    held.found.odd = True
    check_build(key, service, build, held.found)


def _logging(_key: str, _service: Service, logging: "Logging", held: Held) -> None:
    options = logging.options
    if (options is not None and not is_plain(options)) or not (logging.driver or "").isascii():
        held.found.odd = True


def _extensions(key: str, service: Service, extensions: Mapping[str, Any], held: Held) -> None:
    from pystackdsl.model.validity.extensions import check as check_extensions

    held.found.odd = True
    check_extensions("services", key, service, extensions, held.found)


_DOUBTFUL: Final = frozenset(("cap_add", "cap_drop", "dns", "extra_hosts"))
_LISTS: Final = ("cap_add", "cap_drop", "devices", "dns", "dns_search", "env_file", "expose", "external_links",
                 "extra_hosts", "links", "security_opt", "tmpfs")  # fmt: skip

FIELDS: Final[Mapping[str, Check]] = {
    **{name: _unique(name) for name in _LISTS},
    "command": _command("command"),
    "entrypoint": _command("entrypoint"),
    "environment": _environment,
    "healthcheck": _health,
    "hostname": _hostname,
    "labels": _named("labels"),
    "restart": _restart,
    "stop_grace_period": _grace,
    "stop_signal": _signal,
    "sysctls": _named("sysctls"),
    "ulimits": _limits,
    "working_dir": _folder,
    "build": _build,
    "logging": _logging,
    "x": _extensions,
}
"""The check of each field of a service that stands for itself."""
