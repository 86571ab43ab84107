"""Faults of limits, lists, mappings and texts."""

from __future__ import annotations

from model.faults.case import deployed, fault, mounting, web

from pystackdsl import (
    Build,
    Service,
    Stack,
    Ulimit,
    Volume,
)

fault(
    "config",
    "ulimit without a hard value",
    lambda: web(ulimits={"nofile": Ulimit(soft=5)}),
    "services.web.ulimits.nofile",
    "the ulimit nofile of service web has no hard value",
)
fault(
    "taken",
    "soft ulimit over hard",
    lambda: web(ulimits={"nofile": Ulimit(soft=1000, hard=500)}),
    "services.web.ulimits.nofile.soft",
    "the ulimit nofile of service web is 1000 (soft), more than 500 (hard): its tasks will fail",
)
fault(
    "taken",
    "unknown ulimit",
    lambda: web(ulimits={"nofiles": 1000}),
    "services.web.ulimits.nofiles",
    'no node knows a ulimit "nofiles": the tasks of service web will fail',
)
for name, item in (
    ("cap_add", "NET_ADMIN"),
    ("cap_drop", "ALL"),
    ("devices", "/dev/fuse"),
    ("dns", "1.1.1.1"),
    ("dns_search", "example.com"),
    ("env_file", "/dev/null"),
    ("expose", "80"),
    ("external_links", "x"),
    ("extra_hosts", "a:1.1.1.1"),
    ("links", "x"),
    ("security_opt", "x"),
    ("tmpfs", "/x"),
):
    fault(
        "taken",
        f"{name} with an item twice",
        lambda name=name, item=item: web(**{name: [item, item]}),  # type: ignore[misc]
        f"services.web.{name}[1]",
        f"{name} of service web lists {item} twice: once is enough",
        remark=True,
    )
for name in ("environment", "labels", "sysctls"):
    fault(
        "ours",
        f"{name} with an empty name",
        lambda name=name: web(**{name: {"": "x"}}),  # type: ignore[misc]
        f'services.web.{name}[""]',
        f"{name} has an empty name",
    )
fault(
    "ours",
    "deploy label without a name",
    lambda: deployed(labels={"": "x"}),
    'services.web.deploy.labels[""]',
    "labels has an empty name",
)
fault(
    "ours",
    "volume label without a name",
    lambda: Stack(volumes={"v": Volume(labels={"": "x"})}),
    'volumes.v.labels[""]',
    "labels has an empty name",
)
for name, item, summary in (
    ("cap_add", "NET_ADMN", 'no node knows the capability "NET_ADMN": the tasks of service web will be rejected'),
    (
        "dns",
        "dns.example",
        'service web has the name server "dns.example": newer Docker CLIs drop it, others make its tasks fail',
    ),
    ("extra_hosts", "db", 'the extra host "db" of service web will be dropped'),
    ("extra_hosts", "db:host", 'the extra host "db:host" of service web will make its tasks be rejected'),
):
    fault(
        "taken",
        f"{name} {item}",
        lambda name=name, item=item: web(**{name: [item]}),  # type: ignore[misc]
        f"services.web.{name}[0]",
        summary,
    )
for name, text, summary in (
    (
        "stop_signal",
        "SIGTERMINATE",
        'no node knows the signal "SIGTERMINATE": the tasks of service web will be rejected',
    ),
    ("working_dir", "app", 'service web starts in "app", which is no absolute path: its tasks will be rejected'),
    ("hostname", "h" * 65, "the host name of service web has 65 characters: its tasks will fail"),
    ("stop_grace_period", "-1s", "service web has -1s to stop"),
):
    fault(
        "taken",
        f"{name} {text[:12]}",
        lambda name=name, text=text: web(**{name: text}),  # type: ignore[misc]
        f"services.web.{name}",
        summary,
    )
for text in ("foo", ":3", "on-failure:x", "on-failure:3:4", "NO", "any", " always", "no:x"):
    fault(
        "deploy",
        f"restart {text}",
        lambda text=text: web(restart=text),  # type: ignore[misc]
        "services.web.restart",
        f'"{text}" is no restart policy',
    )
fault(
    "taken",
    "negative restarts",
    lambda: web(restart="on-failure:-1"),
    "services.web.restart",
    "newer Docker CLIs refuse the negative count of restart on-failure:-1",
)
fault(
    "deploy",
    "unknown placeholder",
    lambda: web(environment={"NODE": "on {{.Node.Name}}"}),
    "services.web.environment.NODE",
    "NODE has the placeholder {{.Node.Name}}, which every Engine refuses",
)
fault(
    "deploy",
    "unknown function",
    lambda: web(hostname="{{hostname}}"),
    "services.web.hostname",
    "hostname has the placeholder {{hostname}}, which every Engine refuses",
)
fault(
    "deploy",
    "open placeholder",
    lambda: web(environment={"A": "{{.Node.Hostname"}),
    "services.web.environment.A",
    'A has a placeholder that is not closed: "{{.Node.Hostname"',
)
fault(
    "deploy",
    "placeholder in a mount",
    lambda: mounting("/srv/{{.Node.Nme}}:/x"),
    "services.web.volumes[0].source",
    "the source of a mount of service web has the placeholder {{.Node.Nme}}, which every Engine refuses",
)
fault(
    "config",
    "extension without x",
    lambda: Stack(services={"web": Service(image="busybox")}, x={"owner": 1}),
    "owner",
    'the extension field "owner" of the stack does not begin with x-',
)
fault(
    "config",
    "extension of a service without x",
    lambda: web(x={"X-owner": 1}),
    "services.web.X-owner",
    'the extension field "X-owner" of service web does not begin with x-',
)
fault(
    "ours",
    "extension that is no number",
    lambda: web(x={"x-a": [1, {"b": float("nan")}]}),
    "services.web.x-a[1].b",
    "an extension field of service web holds nan, which Docker cannot read",
)
fault(
    "ours",
    "extension with an odd key",
    lambda: web(x={"x-a": {1: 2}}),
    "services.web.x-a",
    "an extension field of service web holds the key 1, which is no text",
)
fault(
    "ours",
    "extension with an object",
    lambda: web(x={"x-a": object()}),
    "services.web.x-a",
    "an extension field of service web holds a object",
)

for name in ("cache_from", "extra_hosts"):
    fault(
        "taken",
        f"build {name} with an item twice",
        lambda name=name: web(build=Build(**{name: ["a:1.1.1.1", "a:1.1.1.1"]})),  # type: ignore[misc]
        f"services.web.build.{name}[1]",
        f"build.{name} of service web lists a:1.1.1.1 twice: once is enough",
        remark=True,
    )
for name in ("args", "labels"):
    fault(
        "ours",
        f"build {name} with an empty name",
        lambda name=name: web(build=Build(**{name: {"": "x"}})),  # type: ignore[misc]
        f'services.web.build.{name}[""]',
        f"{name} has an empty name",
    )
