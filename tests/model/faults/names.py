"""Faults of names and keys."""

from __future__ import annotations

from model.faults.case import HERE, NONE, fault, joined

from pystackdsl import (
    Config,
    Network,
    Secret,
    Service,
    Stack,
    Volume,
)

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
