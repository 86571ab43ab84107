"""Faults of secrets and configs."""

from __future__ import annotations

from typing import Any

from model.faults.case import HERE, NONE, fault, web

from pystackdsl import (
    Config,
    CredentialSpec,
    Secret,
    Service,
    Stack,
)

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
