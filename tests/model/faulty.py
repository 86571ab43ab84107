"""Stacks with one fault each, what is found in them, and who would have refused them.

`test_validity_findings` checks what is found, `tests/conformance/test_validity` that `docker stack config` agrees, and
`tests/engine/test_validity` that a real Engine does.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Literal

import attrs

from pystackdsl import (
    BindOptions,
    ClusterVolumeSpec,
    Config,
    CredentialSpec,
    Deploy,
    DiscreteResourceSpec,
    GenericResource,
    Healthcheck,
    Ipam,
    IpamConfig,
    Limits,
    Mount,
    Network,
    OnFailure,
    Placement,
    Port,
    Reservations,
    Resources,
    RollbackConfig,
    Secret,
    Service,
    Stack,
    TmpfsOptions,
    Ulimit,
    UpdateConfig,
    Volume,
    VolumeOptions,
    default_network,
    spread,
)

Judged = Literal["config", "deploy", "tasks", "taken", "ours"]
"""Who refuses: `docker stack config`; every deploy (client or Engine); every node, which rejects the tasks; nobody; or
we alone, as Compose text cannot say it."""


@attrs.frozen(kw_only=True)
class Fault:
    """A stack with one fault. Errors have the grave verdicts, `taken` ones are warnings."""

    name: str
    stack: Callable[[], Stack]
    summary: str
    path: str
    judged: Judged
    level: Literal["error", "warning"]

    def __str__(self) -> str:
        return self.name.replace(" ", "-")


FAULTS: list[Fault] = []


def fault(
    judged: Judged, name: str, stack: Callable[[], Stack], path: str, summary: str, *, error: bool | None = None
) -> None:
    """Add a fault. What is `taken` is a warning unless said otherwise, everything else an error."""
    level: Literal["error", "warning"] = "error" if (judged != "taken" if error is None else error) else "warning"
    FAULTS.append(Fault(name=name, stack=stack, summary=summary, path=path, judged=judged, level=level))


NONE = Deploy(replicas=0)
"""Few tasks are ever wanted here."""


def web(**said: Any) -> Stack:
    """A stack of one service."""
    return Stack(services={"web": Service(**{"image": "busybox", "deploy": NONE, **said})})


def deployed(**said: Any) -> Stack:
    """A stack of one service that says something in `deploy`."""
    return web(deploy=Deploy(**({} if "mode" in said and "global" in said["mode"] else {"replicas": 0}) | said))


def joined(network: Network, **said: Any) -> Stack:
    """A stack of one service on one network."""
    return Stack(
        services={"web": Service(**{"image": "busybox", "deploy": NONE, "networks": [network], **said})},
        networks={"net": network},
    )


def mounting(*mounts: Any, volumes: dict[str, Volume] | None = None) -> Stack:
    return Stack(services={"web": Service(image="busybox", deploy=NONE, volumes=mounts)}, volumes=volumes)


def two(first: dict[str, Any], second: dict[str, Any]) -> Stack:
    """A stack of two services."""
    return Stack(
        services={
            "api": Service(**{"image": "busybox", "deploy": NONE, **first}),
            "web": Service(**{"image": "busybox", "deploy": NONE, **second}),
        }
    )


HERE = "/etc/hostname"
"""A file for secrets and configs."""


# Images and commands

fault("deploy", "no image", lambda: web(image=None), "services.web", "service web has no image")
fault(
    "config",
    "open quote",
    lambda: web(command="sh -c 'exit"),
    "services.web.command",
    "command of service web: \"sh -c 'exit\" is not a command line: its quote ' is not closed",
)
fault(
    "config",
    "lone backslash",
    lambda: web(entrypoint="a\\"),
    "services.web.entrypoint",
    'entrypoint of service web: "a\\" is not a command line: nothing stands behind the last backslash',
)

# Names

fault(
    "config",
    "service key with a blank",
    lambda: Stack(services={"a b": Service(image="busybox")}),
    'services["a b"]',
    '"a b" is no key for a service',
)
fault(
    "config",
    "empty key",
    lambda: Stack(services={"": Service(image="a")}),
    'services[""]',
    '"" is no key for a service',
)
fault(
    "deploy",
    "service key with a dot",
    lambda: Stack(services={"a.b": Service(image="busybox", deploy=NONE)}),
    'services["a.b"]',
    'every Engine refuses "a.b" as the name of a service',
)
fault(
    "deploy",
    "service key that ends in a dash",
    lambda: Stack(services={"web-": Service(image="busybox", deploy=NONE)}),
    "services.web-",
    'every Engine refuses "web-" as the name of a service',
)
fault(
    "deploy",
    "long service key",
    lambda: Stack(services={"a" * 62: Service(image="busybox", deploy=NONE)}),
    f"services.{'a' * 62}",
    f"the name of service {'a' * 62} is too long: 64 characters with the stack's name before it",
)
fault(
    "deploy",
    "network name with a dot",
    lambda: joined(Network(name="a.b")),
    "networks.net.name",
    'every Engine refuses "a.b" as the name of a network',
)
fault(
    "deploy",
    "long network name",
    lambda: joined(Network(name="n" * 64)),
    "networks.net.name",
    f'every Engine refuses "{"n" * 64}" as the name of a network',
)
fault(
    "config",
    "volume key with a blank",
    lambda: Stack(volumes={"a b": Volume()}),
    'volumes["a b"]',
    '"a b" is no key for a volume',
)
fault(
    "taken",
    "volume name with a blank",
    lambda: Stack(volumes={"data": Volume(name="a b")}),
    "volumes.data.name",
    'no node can make a volume named "a b": its tasks will be rejected',
)
fault(
    "deploy",
    "secret key that ends in a dash",
    lambda: Stack(secrets={"key-": Secret(file=HERE)}),
    "secrets.key-",
    'every Engine refuses "key-" as the name of a secret',
)
fault(
    "deploy",
    "config name with a slash",
    lambda: Stack(configs={"conf": Config(file=HERE, name="a/b")}),
    "configs.conf.name",
    'every Engine refuses "a/b" as the name of a config',
)
fault(
    "deploy",
    "long secret name",
    lambda: Stack(secrets={"key": Secret(file=HERE, name="s" * 65)}),
    "secrets.key.name",
    f'every Engine refuses "{"s" * 65}" as the name of a secret',
)
fault(
    "ours",
    "unknown schema",
    lambda: Stack(version="3.14", services={"web": Service(image="busybox")}),
    "version",
    'Docker has no Compose schema "3.14"',
)

# Ports

fault(
    "deploy",
    "port published twice by one service",
    lambda: web(ports=["8080:80", "8080:81"]),
    "services.web.ports[1]",
    "service web publishes port 8080/tcp twice",
)
fault(
    "deploy",
    "port published twice, once in host mode",
    lambda: web(ports=["8080:80", Port(target=81, published=8080, mode="host")]),
    "services.web.ports[1]",
    "service web publishes port 8080/tcp twice",
)
fault(
    "deploy",
    "ranges that overlap",
    lambda: web(ports=["8080-8082:80-82", "8082:90"]),
    "services.web.ports[1]",
    "service web publishes port 8082/tcp twice",
)
fault(
    "deploy",
    "port published by two services",
    lambda: two({"ports": ["8080:80"]}, {"ports": ["8080:81"]}),
    "services.web.ports[0]",
    "services api and web both publish port 8080/tcp on the ingress network",
)
fault(
    "deploy",
    "port published by two services, once in host mode",
    lambda: two({"ports": ["53:53/udp"]}, {"ports": [Port(target=53, published=53, protocol="udp", mode="host")]}),
    "services.web.ports[0]",
    "services api and web both publish port 53/udp on the nodes",
)
fault(
    "deploy",
    "overlapping ranges of two services",
    lambda: two({"ports": ["8000-8009:80"]}, {"ports": ["8009:81"]}),
    "services.web.ports[0]",
    "services api and web both publish port 8009/tcp on the ingress network",
)
fault(
    "taken",
    "port of every node needed by two services",
    lambda: two(*[{"ports": [Port(target=80, published=80, mode="host")], "deploy": Deploy(mode="global")}] * 2),
    "services.web.ports[0]",
    "services api and web both need port 80/tcp of every node",
)
fault(
    "config",
    "port listed twice",
    lambda: web(ports=["80", 80]),
    "services.web.ports[1]",
    "service web lists port 80 twice",
)
fault(
    "ours",
    "ranges of different length",
    lambda: web(ports=[Port(target="80-82", published="8080-8081")]),
    "services.web.ports[0]",
    "service web publishes 3 ports of its containers as 2",
)
fault(
    "deploy",
    "ingress port with dnsrr",
    lambda: web(ports=["8080:80"], deploy=Deploy(replicas=0, endpoint_mode="dnsrr")),
    "services.web.ports[0]",
    "service web has no address of its own (endpoint_mode dnsrr), so it cannot publish a port on every node",
)
fault(
    "tasks",
    "ingress port on the host network",
    lambda: joined(Network(external=True, name="host"), ports=["8080:80"]),
    "services.web.ports[0]",
    "service web is on the network of its node, so the swarm cannot publish its ports",
)
fault(
    "taken",
    "port without a target",
    lambda: web(ports=[Port(published=8080)]),
    "services.web.ports[0]",
    "service web publishes port 0 of its containers, which is none",
)

# Networks

fault(
    "tasks",
    "host network and another",
    lambda: Stack(
        services={
            "web": Service(
                image="busybox", deploy=NONE, networks=[(host := Network(external=True, name="host")), default_network]
            )
        },
        networks={"host": host},
    ),
    "services.web.networks[0]",
    "service web joins the network of its node and others, and no container can do both",
)
for special, why in (
    ("none", "is none that a service can join"),
    ("default", "is none that a service can join"),
    ("ingress", "is joined by publishing ports"),
):
    fault(
        "deploy",
        f"network {special}",
        lambda special=special: joined(Network(external=True, name=special)),  # type: ignore[misc]
        "services.web.networks[0]",
        f'the network "{special}" {why}',
    )
for driver in ("bridge", "host", "null", "none", "macvlan", "ipvlan"):
    fault(
        "deploy",
        f"network driver {driver}",
        lambda driver=driver: joined(Network(driver=driver)),  # type: ignore[misc]
        "networks.net.driver",
        {
            "bridge": 'services cannot join a network with driver "bridge": it connects the containers of one node only',
            "host": 'services cannot join a network with driver "host": it is the network of a node itself',
            "null": 'services cannot join a network with driver "null": it connects nothing',
            "none": 'services cannot join a network with driver "none": it connects nothing',
        }.get(
            driver,
            f'services cannot join a network with driver "{driver}": Compose cannot say how each node is to make it',
        ),
    )
fault(
    "taken",
    "local driver of an unused network",
    lambda: Stack(services={"web": Service(image="busybox", deploy=NONE)}, networks={"net": Network(driver="bridge")}),
    "networks.net.driver",
    'services cannot join a network with driver "bridge": it connects the containers of one node only',
)
fault(
    "deploy",
    "overlay in capitals",
    lambda: joined(Network(driver="Overlay")),
    "networks.net.driver",
    'no Engine has a network driver "Overlay" unless a plugin brings it',
    error=False,
)
fault(
    "config",
    "network joined twice",
    lambda: Stack(
        services={"web": Service(image="busybox", deploy=NONE, networks=[(net := Network()), net])},
        networks={"net": net},
    ),
    "services.web.networks[1]",
    "service web joins network net twice",
)
fault(
    "config",
    "alias given twice",
    lambda: Stack(
        services={"web": Service(image="busybox", deploy=NONE, networks=[(net := Network()).alias("a", "a")])},
        networks={"net": net},
    ),
    "services.web.networks[0].aliases",
    "service web has the alias a twice on one network",
)
fault(
    "taken",
    "options of an external network",
    lambda: joined(Network(external=True, name="bridge", driver="overlay", labels={"a": "b"})),
    "networks.net.driver",
    "network net is external, so its driver and labels will not be used",
)


def pooled(*subnets: str | None, **said: Any) -> Stack:
    """A stack of one network with the given subnets."""
    return joined(Network(ipam=Ipam(config=[IpamConfig(subnet=subnet) for subnet in subnets], **said)))


for subnet in ("10.1.0.0", "10.1.0.0/33", "010.1.0.0/16", "10.1.0.0/255.255.0.0", "home", "10.0.0/8"):
    fault(
        "deploy",
        f"subnet {subnet}",
        lambda subnet=subnet: pooled(subnet),  # type: ignore[misc]
        "networks.net.ipam.config[0].subnet",
        f'"{subnet}" is not a subnet',
    )
fault("deploy", "empty pool", lambda: pooled(None), "networks.net.ipam.config[0]", "network net has an empty subnet")
fault(
    "taken",
    "subnet with host bits",
    lambda: pooled("10.39.1.2/16"),
    "networks.net.ipam.config[0].subnet",
    'newer Engines refuse "10.39.1.2/16", an address inside a subnet',
)
fault(
    "taken",
    "small subnet",
    lambda: pooled("10.37.0.0/30"),
    "networks.net.ipam.config[0].subnet",
    'the subnet "10.37.0.0/30" has no room for a task: every network takes addresses for itself',
)
fault(
    "taken",
    "subnet of IPv6",
    lambda: pooled("2001:db8::/64"),
    "networks.net.ipam.config[0].subnet",
    "network net has an IPv6 subnet, and a stack cannot ask for a network with IPv6: tasks may never start",
)
fault(
    "tasks",
    "subnets that overlap in one network",
    lambda: pooled("10.5.0.0/16", "10.5.1.0/24"),
    "networks.net.ipam.config[1].subnet",
    "two address pools of net share the addresses of 10.5.1.0/24: tasks on the second would never start",
)
fault(
    "tasks",
    "subnets that overlap in two networks",
    lambda: Stack(
        services={
            "web": Service(
                image="busybox",
                deploy=NONE,
                networks=[
                    (one := Network(ipam=Ipam(config=[IpamConfig(subnet="10.9.1.0/24")]))),
                    (other := Network(ipam=Ipam(config=[IpamConfig(subnet="10.9.0.0/16")]))),
                ],
            )
        },
        networks={"one": one, "other": other},
    ),
    "networks.other.ipam.config[0].subnet",
    "networks one and other share the addresses of 10.9.1.0/24: tasks on the second would never start",
)
fault(
    "deploy",
    "address driver null",
    lambda: joined(Network(ipam=Ipam(driver="null"))),
    "networks.net.ipam.driver",
    'network net has the address management driver "null", which no swarm network can have',
)

# Mounts and volumes

fault(
    "deploy",
    "two mounts at one target",
    lambda: mounting("/a:/data", "/b:/data"),
    "services.web.volumes[1]",
    "service web mounts two things at /data",
)
fault(
    "tasks",
    "two mounts at one target, spelled twice",
    lambda: mounting("/etc:/data", "/etc:/data/"),
    "services.web.volumes[1]",
    "service web mounts two things at /data",
)
fault(
    "tasks",
    "relative target",
    lambda: mounting("/etc:data"),
    "services.web.volumes[0].target",
    'service web mounts something at "data", which is no absolute path',
)
fault(
    "tasks",
    "no target",
    lambda: mounting(Mount(type="tmpfs")),
    "services.web.volumes[0]",
    "service web has a mount without a target",
)
fault(
    "tasks",
    "target at the root",
    lambda: mounting(Mount(type="tmpfs", target="/")),
    "services.web.volumes[0].target",
    "service web mounts something over its whole file system",
)
fault(
    "deploy",
    "tmpfs with a source",
    lambda: mounting(Mount(type="tmpfs", source="/a", target="/x")),
    "services.web.volumes[0].source",
    "service web mounts a tmpfs from somewhere",
)
fault(
    "config",
    "bind without a source",
    lambda: mounting(Mount(type="bind", target="/x")),
    "services.web.volumes[0]",
    "service web has a bind mount without a source",
)
for kind in ("npipe", "cluster", "image"):
    fault(
        "deploy",
        f"{kind} without a source",
        lambda kind=kind: mounting(Mount(type=kind, target="/x")),  # type: ignore[misc]
        "services.web.volumes[0]",
        f"service web has a {kind} mount without a source",
    )
fault(
    "deploy",
    "image mount",
    lambda: mounting(Mount(type="image", source="busybox", target="/x")),
    "services.web.volumes[0].type",
    "service web mounts an image, which Engines before 29 refuse for services",
    error=False,
)
fault(
    "ours",
    "bind of a volume",
    lambda: mounting(Mount(type="bind", source=(data := Volume()), target="/x"), volumes={"data": data}),
    "services.web.volumes[0].source",
    "service web has a bind mount of a volume",
)
fault(
    "deploy",
    "volume by name",
    lambda: mounting(Mount(type="volume", source="data", target="/x")),
    "services.web.volumes[0].source",
    'service web names the volume "data"',
)
for kind, source, option, value in (
    ("bind", "/etc", "volume", VolumeOptions(nocopy=True)),
    ("bind", "/etc", "tmpfs", TmpfsOptions(size="1M")),
    ("volume", None, "bind", BindOptions(propagation="shared")),
    ("volume", None, "tmpfs", TmpfsOptions(size="1M")),
    ("tmpfs", None, "volume", VolumeOptions(nocopy=True)),
    ("tmpfs", None, "bind", BindOptions(propagation="shared")),
    ("npipe", "x", "volume", VolumeOptions(nocopy=True)),
):
    fault(
        "deploy",
        f"{option} options of a {kind} mount",
        lambda kind=kind, source=source, option=option, value=value: mounting(  # type: ignore[misc]
            Mount(type=kind, source=source, target="/x", **{option: value})
        ),
        f"services.web.volumes[0].{option}",
        f"service web gives {option} options to a {kind} mount",
    )
for name, value in (("driver", "local"), ("driver_opts", {"a": "b"}), ("labels", {"a": "b"})):
    fault(
        "config",
        f"external volume with {name}",
        lambda name=name, value=value: Stack(volumes={"data": Volume(external=True, **{name: value})}),  # type: ignore[misc]
        f"volumes.data.{name}",
        f"volume data is external and says {name}",
    )
fault(
    "config",
    "external cluster volume",
    lambda: Stack(volumes={"data": Volume(external=True, cluster_spec=ClusterVolumeSpec(group="g"))}),
    "volumes.data.x-cluster-spec",
    "volume data is external and says cluster_spec",
)

# Secrets and configs

fault(
    "deploy",
    "secret without content",
    lambda: Stack(secrets={"key": Secret()}),
    "secrets.key",
    "secret key has no content",
)
fault(
    "deploy",
    "config without content",
    lambda: Stack(configs={"conf": Config()}),
    "configs.conf",
    "config conf has no content",
)
fault(
    "deploy", "empty file", lambda: Stack(secrets={"key": Secret(file="")}), "secrets.key", "secret key has no content"
)
fault(
    "config",
    "driver and file",
    lambda: Stack(secrets={"key": Secret(driver="vault", file=HERE)}),
    "secrets.key.driver",
    "secret key gets its content from file and driver at once",
)
fault(
    "ours",
    "file and content",
    lambda: Stack(configs={"conf": Config(content="a", file=HERE)}),
    "configs.conf.content",
    "config conf gets its content from file and content at once",
)
fault(
    "ours",
    "three contents",
    lambda: Stack(configs={"conf": Config(content="a", file=HERE, template="t")}),
    "configs.conf.content",
    "config conf gets its content from file, content and template at once",
)
fault(
    "ours",
    "external content",
    lambda: Stack(configs={"conf": Config(content="a", external=True)}),
    "configs.conf.content",
    "config conf is external and has content",
)
fault(
    "ours",
    "values without a template",
    lambda: Stack(configs={"conf": Config(file=HERE, values={"a": 1})}),
    "configs.conf.values",
    "config conf has values and no template to fill in",
)
fault(
    "taken",
    "external file",
    lambda: Stack(secrets={"key": Secret(file=HERE, external=True, labels={"a": "b"})}),
    "secrets.key.file",
    "secret key is external, so its file and labels will not be used",
)
fault(
    "taken",
    "driver_opts without a driver",
    lambda: Stack(secrets={"key": Secret(file=HERE, driver_opts={"a": "b"})}),
    "secrets.key.driver_opts",
    "secret key has driver_opts and no driver to take them",
)
fault(
    "taken",
    "unknown template driver",
    lambda: Stack(configs={"conf": Config(file=HERE, template_driver="jinja")}),
    "configs.conf.template_driver",
    'no Engine has a template driver "jinja"',
)
fault(
    "taken",
    "one name for two secrets",
    lambda: Stack(secrets={"a": Secret(file=HERE, name="key-of-two"), "b": Secret(file=HERE, name="key-of-two")}),
    "secrets.b.name",
    'secrets a and b are both "key-of-two" in the swarm: unless they hold the same, every deploy fails',
)


def granted(*grants: Any, **others: Any) -> Stack:
    """A stack of one service that is given secrets; the held ones are those of the grants."""
    held = {f"key{i}": grant.secret for i, grant in enumerate(grants)}
    return Stack(services={"web": Service(image="busybox", deploy=NONE, secrets=grants)}, secrets=held, **others)


fault(
    "deploy",
    "two secrets as one file",
    lambda: granted(Secret(file=HERE).at("x"), Secret(file=HERE).at("x")),
    "services.web.secrets[1]",
    "service web is given two secrets as x",
)
fault(
    "deploy",
    "a secret twice",
    lambda: Stack(
        services={"web": Service(image="busybox", deploy=NONE, secrets=[(key := Secret(file=HERE)), key])},
        secrets={"key": key},
    ),
    "services.web.secrets[1]",
    "service web is given two secrets as key",
)
fault(
    "deploy",
    "two configs as one file",
    lambda: Stack(
        services={
            "web": Service(
                image="busybox",
                deploy=NONE,
                configs=[(one := Config(file=HERE)).at("/x"), (other := Config(file=HERE)).at("/x")],
            )
        },
        configs={"one": one, "other": other},
    ),
    "services.web.configs[1]",
    "service web is given two configs as /x",
)
fault(
    "taken",
    "a secret over another",
    lambda: granted(Secret(file=HERE).at("x"), Secret(file=HERE).at("/run/secrets/x")),
    "services.web.secrets[1]",
    "service web is given two secrets at /run/secrets/x: one hides the other",
)
fault(
    "taken",
    "mode in decimal",
    lambda: granted(Secret(file=HERE).at(mode=440)),
    "services.web.secrets[0].mode",
    "the mode 440 is 0o670 in octal",
)
fault(
    "config",
    "negative mode",
    lambda: granted(Secret(file=HERE).at(mode=-1)),
    "services.web.secrets[0].mode",
    "service web gives a secret the mode -1",
)
fault(
    "taken",
    "owner by name",
    lambda: granted(Secret(file=HERE).at(uid="postgres")),
    "services.web.secrets[0].uid",
    'service web gives a secret the uid "postgres", which is no number: its tasks will fail',
)
fault(
    "deploy",
    "two credential sources",
    lambda: web(credential_spec=CredentialSpec(file="a", registry="b")),
    "services.web.credential_spec.registry",
    "the credential_spec of service web has file and registry",
)
fault(
    "taken",
    "no credential source",
    lambda: web(credential_spec=CredentialSpec()),
    "services.web.credential_spec",
    "the credential_spec of service web says nothing",
)

# Health

fault(
    "deploy",
    "disabled test",
    lambda: web(healthcheck=Healthcheck(disable=True, test="true")),
    "services.web.healthcheck.disable",
    "the health check of service web is disabled and has a test",
)
for part in ("interval", "timeout", "start_period"):
    fault(
        "deploy",
        f"short {part}",
        lambda part=part: web(healthcheck=Healthcheck(test="true", **{part: "500us"})),  # type: ignore[misc]
        f"services.web.healthcheck.{part}",
        f"{part} of the health check of service web is 500us, less than a millisecond",
    )
fault(
    "taken",
    "short start_interval",
    lambda: web(healthcheck=Healthcheck(test="true", start_interval="1ns")),
    "services.web.healthcheck.start_interval",
    "start_interval of the health check of service web is 1ns, less than a millisecond",
)
fault(
    "config",
    "negative retries",
    lambda: web(healthcheck=Healthcheck(test="true", retries=-1)),
    "services.web.healthcheck.retries",
    "the health check of service web has -1 retries",
)
fault(
    "taken",
    "test without CMD",
    lambda: web(healthcheck=Healthcheck(test=["curl", "-f", "localhost"])),
    "services.web.healthcheck.test",
    "the health check of service web begins with curl, so no Engine runs it",
)
fault(
    "taken",
    "test without a command",
    lambda: web(healthcheck=Healthcheck(test=["CMD"])),
    "services.web.healthcheck.test",
    "the health check of service web has no command after CMD",
)

# Limits of processes, lists and texts

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
        "config",
        f"{name} with an item twice",
        lambda name=name, item=item: web(**{name: [item, item]}),  # type: ignore[misc]
        f"services.web.{name}[1]",
        f"{name} of service web lists {item} twice",
    )
for name in ("environment", "labels", "sysctls"):
    fault(
        "config",
        f"{name} with an empty name",
        lambda name=name: web(**{name: {"": "x"}}),  # type: ignore[misc]
        f"services.web.{name}",
        f"{name} has an empty name",
    )
fault(
    "config",
    "deploy label without a name",
    lambda: deployed(labels={"": "x"}),
    "services.web.deploy.labels",
    "labels has an empty name",
)
fault(
    "config",
    "volume label without a name",
    lambda: Stack(volumes={"v": Volume(labels={"": "x"})}),
    "volumes.v.labels",
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

# Deploy

for mode in ("global", "global-job"):
    fault(
        "deploy",
        f"replicas with {mode}",
        lambda mode=mode: web(deploy=Deploy(mode=mode, replicas=2)),  # type: ignore[misc]
        "services.web.deploy.replicas",
        f"service web runs on every node (mode {mode}) and says how many replicas",
    )
fault(
    "deploy",
    "update of a job",
    lambda: deployed(mode="replicated-job", update_config=UpdateConfig()),
    "services.web.deploy.update_config",
    "service web is a job, and jobs have no update_config",
)
fault(
    "taken",
    "rollback of a job",
    lambda: deployed(mode="replicated-job", rollback_config=RollbackConfig(parallelism=1)),
    "services.web.deploy.rollback_config",
    "service web is a job, and jobs are not rolled back",
)
fault(
    "taken",
    "most replicas of a global service",
    lambda: deployed(mode="global", placement=Placement(max_replicas_per_node=1)),
    "services.web.deploy.placement.max_replicas_per_node",
    "service web runs once on every node, so max_replicas_per_node changes nothing",
)
for name, said in (
    ("replicas", {"replicas": -1}),
    ("update_config.parallelism", {"update_config": UpdateConfig(parallelism=-1)}),
    ("rollback_config.parallelism", {"rollback_config": RollbackConfig(parallelism=-1)}),
    ("restart_policy.max_attempts", {"restart": OnFailure(max_attempts=-1)}),
    ("placement.max_replicas_per_node", {"placement": Placement(max_replicas_per_node=-1)}),
):
    fault(
        "config",
        f"negative {name}",
        lambda said=said: deployed(**said),  # type: ignore[misc]
        f"services.web.deploy.{name}",
        f"{name} of service web is -1",
    )
fault(
    "deploy",
    "too many replicas",
    lambda: deployed(replicas=1 << 63),
    "services.web.deploy.replicas",
    "replicas of service web is 9223372036854775808",
)
for name, said in (
    ("update_config.delay", {"update_config": UpdateConfig(delay="-1s")}),
    ("update_config.monitor", {"update_config": UpdateConfig(monitor="-1s")}),
    ("restart_policy.delay", {"restart": OnFailure(delay="-1s")}),
    ("restart_policy.window", {"restart": OnFailure(window="-1s")}),
):
    fault(
        "deploy",
        f"negative {name}",
        lambda said=said: deployed(**said),  # type: ignore[misc]
        f"services.web.deploy.{name}",
        f"{name} of service web is -1s",
    )
fault(
    "taken",
    "negative rollback delay",
    lambda: deployed(rollback_config=RollbackConfig(delay="-1s")),
    "services.web.deploy.rollback_config.delay",
    "rollback_config.delay of service web is -1s",
)
for ratio in (1.5, -0.25):
    fault(
        "deploy",
        f"failure ratio {ratio}",
        lambda ratio=ratio: deployed(update_config=UpdateConfig(max_failure_ratio=ratio)),  # type: ignore[misc]
        "services.web.deploy.update_config.max_failure_ratio",
        f"update_config.max_failure_ratio of service web is {ratio}",
    )
fault(
    "taken",
    "failure ratio of a rollback",
    lambda: deployed(rollback_config=RollbackConfig(max_failure_ratio=25)),
    "services.web.deploy.rollback_config.max_failure_ratio",
    "rollback_config.max_failure_ratio of service web is 25",
)


def resources(limits: Limits | None = None, reservations: Reservations | None = None) -> Stack:
    return deployed(resources=Resources(limits=limits, reservations=reservations))


RESOURCES = "services.web.deploy.resources"
for cpus in ("0.0001", "-1"):
    fault(
        "deploy",
        f"cpus {cpus}",
        lambda cpus=cpus: resources(Limits(cpus=cpus)),  # type: ignore[misc]
        f"{RESOURCES}.limits.cpus",
        f"limits.cpus of service web is {cpus}, less than any Engine takes",
    )
fault(
    "deploy",
    "little memory",
    lambda: resources(Limits(memory="3M")),
    f"{RESOURCES}.limits.memory",
    "limits.memory of service web is 3M, less than any Engine takes",
)
fault(
    "deploy",
    "little memory reserved",
    lambda: resources(None, Reservations(memory="1k")),
    f"{RESOURCES}.reservations.memory",
    "reservations.memory of service web is 1K, less than any Engine takes",
)
fault(
    "taken",
    "memory reserved over the limit",
    lambda: resources(Limits(memory="10M"), Reservations(memory="20M")),
    f"{RESOURCES}.reservations.memory",
    "service web reserves 20M memory, more than its limit of 10M",
)
fault(
    "taken",
    "cpus reserved over the limit",
    lambda: resources(Limits(cpus=0.25), Reservations(cpus="1/2")),
    f"{RESOURCES}.reservations.cpus",
    "service web reserves 1/2 cpus, more than its limit of 0.25",
)
fault(
    "deploy",
    "empty generic resource",
    lambda: resources(None, Reservations(generic_resources=[GenericResource()])),
    f"{RESOURCES}.reservations.generic_resources[0]",
    "a generic resource of service web says nothing, and no Engine survives the request",
)
fault(
    "taken",
    "no generic resources",
    lambda: resources(None, Reservations(generic_resources=[GenericResource.of("gpu", 0)])),
    f"{RESOURCES}.reservations.generic_resources[0]",
    "service web reserves 0 gpu: no node will run it",
)
fault(
    "taken",
    "generic resource without a kind",
    lambda: resources(
        None, Reservations(generic_resources=[GenericResource(discrete_resource_spec=DiscreteResourceSpec(value=1))])
    ),
    f"{RESOURCES}.reservations.generic_resources[0]",
    "a generic resource of service web has no kind",
)
fault(
    "taken",
    "spread over no label",
    lambda: deployed(placement=Placement(preferences=[spread("zone")])),
    "services.web.deploy.placement.preferences[0]",
    "service web is spread over zone, which is no label of a node",
)

# References

fault(
    "taken",
    "unknown dependency",
    lambda: web(depends_on=["dbb"]),
    "services.web.depends_on[0]",
    'service web depends on "dbb", and the stack has no such service',
)
fault(
    "config",
    "a dependency twice",
    lambda: Stack(
        services={"db": (db := Service(image="busybox")), "web": Service(image="busybox", depends_on=[db, "db"])}
    ),
    "services.web.depends_on[1]",
    "service web names db twice in depends_on",
)
fault(
    "ours",
    "a dependency that is no service",
    lambda: web(depends_on=[Network()]),
    "services.web.depends_on[0]",
    "service web depends on something that is no service",
)
for noun, key, said in (
    ("network", "networks[0]", lambda: {"networks": [Network()]}),
    ("volume", "volumes[0].source", lambda: {"volumes": [Volume().at("/x")]}),
    ("secret", "secrets[0]", lambda: {"secrets": [Secret(file=HERE)]}),
    ("config", "configs[0]", lambda: {"configs": [Config(file=HERE).at("/x")]}),
    ("config", "credential_spec.config", lambda: {"credential_spec": CredentialSpec(config=Config(file=HERE))}),
    ("service", "depends_on[0]", lambda: {"depends_on": [Service(image="a")]}),
):
    fault(
        "ours",
        f"unheld {noun} at {key}",
        lambda said=said: web(**said()),  # type: ignore[misc]
        f"services.web.{key}",
        f"service web uses a {noun} that this stack does not hold",
    )
fault(
    "ours",
    "unheld path",
    lambda: web(command=["cat", Secret(file=HERE).path]),
    "services.web.command[1]",
    "service web speaks of the path of a secret or config that this stack does not hold",
)
for spot, spelled in (
    ("command[1]", lambda text: {"command": ["cat", text]}),
    ("environment.A", lambda text: {"environment": {"A": text}}),
    ("labels.a", lambda text: {"labels": {"a": text}}),
):
    fault(
        "ours",
        f"escaped path in {spot}",
        lambda spelled=spelled: web(**spelled(json.dumps({"p": Secret(file=HERE).path}))),  # type: ignore[misc]
        f"services.web.{spot}",
        "a path or an open value in a text of service web was escaped, so it cannot be put in place",
    )
for kind, made in (
    ("services", lambda: Service(image="busybox")),
    ("networks", Network),
    ("volumes", Volume),
    ("secrets", lambda: Secret(file=HERE)),
    ("configs", lambda: Config(file=HERE)),
):
    fault(
        "ours",
        f"one of the {kind} under two keys",
        lambda kind=kind, made=made: Stack(**{kind: dict.fromkeys(("one", "other"), made())}),  # type: ignore[misc]
        f"{kind}.other",
        f"one {kind[:-1]} has two names, one and other",
    )
