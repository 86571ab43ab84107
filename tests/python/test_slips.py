"""Slips that Python notices itself are told with a did-you-mean, at the very word."""

from __future__ import annotations

from typing import Any

import pytest

CPUS = (
    "it belongs under `deploy.resources.limits` or `deploy.resources.reservations`:  "
    "deploy=Deploy(resources=Resources(limits=Limits(cpus=0.5))) or "
    "deploy=Deploy(resources=Resources(reservations=Reservations(cpus=0.5)))"
)


@pytest.mark.parametrize(
    ("text", "word", "summary", "help"),
    [
        (
            "web = Service(deploy=Deploy(restart_policy=OnFailure()))",
            "restart_policy",
            "`restart_policy` is not a key of Deploy",
            "did you mean `restart`?",
        ),
        (
            'net = Network(subnet="172.16.0.0/16")',
            "subnet",
            "`subnet` is not a key of a network",
            'it belongs under `ipam.config`:  ipam=Ipam(config=[IpamConfig(subnet="172.16.0.0/16")])',
        ),
        (
            "web = Service(replicas=2)",
            "replicas",
            "`replicas` is not a key of a service",
            "it belongs under `deploy`:  deploy=Deploy(replicas=2)",
        ),
        (
            "web = Service(max_attempts=3)",
            "max_attempts",
            "`max_attempts` is not a key of a service",
            "it belongs under `deploy.restart`:  deploy=Deploy(restart=OnFailure(max_attempts=3))",
        ),
        (
            "web = Service(condition='any')",
            "condition",
            "`condition` is not a key of a service",
            "it belongs under `deploy.restart`:  deploy=Deploy(restart=RestartPolicy(condition='any'))",
        ),
        (
            "web = Service(cpus=0.5)",
            "cpus",
            "`cpus` is not a key of a service",
            CPUS,
        ),
        (
            "web = Service(interval=('x' * 60, 'y' * 60, 'a text that is far too long to be repeated here'))",
            "interval",
            "`interval` is not a key of a service",
            "it belongs under `healthcheck`:  healthcheck=Healthcheck(interval=…)",
        ),
        (
            "web = Service(deploy=Deploy(ports=['80:80']))",
            "ports",
            "`ports` is not a key of Deploy",
            "`ports` is a key of a service",
        ),
        (
            "web = Service(imge='nginx')",
            "imge",
            "`imge` is not a key of a service",
            "did you mean `image`?",
        ),
        (
            "web = Service(replica=2)",
            "replica",
            "`replica` is not a key of a service",
            "did you mean `replicas`? it belongs under `deploy`:  deploy=Deploy(replicas=…)",
        ),
        ("web = Service(deploy=Deploy(restart=OnFailure(dely='5s')))", "dely", "OnFailure() takes no `dely`", "did you mean `delay`?"),
        ("v = Volume().at('/a', readonly=True)", "readonly", "Volume.at() takes no `readonly`", "did you mean `read_only`?"),
        ("a = Service()\nb = evolve(a, imge='x')", "imge", "`imge` is not a key of a service", "did you mean `image`?"),
        ("a = var('A', defalt='x')", "defalt", "var() takes no `defalt`", "did you mean `default`?"),
        ("web = Service('nginx')", "'nginx'", "Service() takes every argument by name", "write Service(image='nginx'), or the key that is meant"),
        ("backend = Network()\nweb = Service(networks=[bakend])", "bakend", "`bakend` is not defined", "did you mean `backend`?"),
        ("web = Servce()", "Servce", "`Servce` is not defined", "did you mean `Service`?"),
        ("web = Service()\nx = web.imge", "web.imge", "a service has no `imge`", "did you mean `image`?"),
        ("c = node.rol == 'manager'", "node.rol", "Node has no `rol`", "did you mean `role`?"),
        ("import pystackdsl\nweb = pystackdsl.Servce()", "pystackdsl.Servce", "pystackdsl has no `Servce`", "did you mean `Service`?"),
        ("from pystackdsl import (Deploy,\n    Servce)", "Servce", "pystackdsl has no `Servce`", "did you mean `Service`?"),
        ("from parts import website", "website", "parts has no `website`", "did you mean `web_site`?"),
        ("import part", "import part", "there is no module `part`", "did you mean `parts`?"),
        (
            "from . import parts",
            "from . import parts",
            "attempted relative import with no known parent package",
            "the file's folder is on the search path: write `from factory import …` without the dot",
        ),
        (
            "web = Service()\nweb.image = 'b'",
            "web.image",
            "values are frozen: none can be changed",
            "make a changed copy: web = evolve(web, image='b')",
        ),
        ("'abc'.uper()", "'abc'.uper", "'str' object has no attribute 'uper'", "did you mean `upper`?"),
    ],
)  # fmt: skip
def test_a_slip(folder: Any, text: str, word: str, summary: str, help: str) -> None:
    folder.write("parts.py", "web_site = Service()\n")
    finding = folder.fault(text + "\n")
    assert (finding.summary, finding.help) == (summary, help)
    assert [place[2] for place in folder.marked(finding)] == [word]


def test_a_name_that_only_needs_an_import(folder: Any) -> None:
    from pystackdsl.diagnostics import InvalidStack
    from pystackdsl.python import load

    with pytest.raises(InvalidStack) as caught:
        load("from pystackdsl import Service\nweb = Service(deploy=Deploy())\n")
    assert caught.value.findings[0].help == "import it: from pystackdsl import Deploy"


def test_every_unknown_keyword_of_a_call(folder: Any) -> None:
    findings = folder.faults("web = Service(image='a', replicas=2, tty=True, nam='b')\n")
    assert [folder.marked(finding)[0][2] for finding in findings] == ["replicas", "nam"]
    assert findings[1].expected.startswith("image, command, ")


def test_an_unknown_keyword_in_an_unpacked_dict(folder: Any) -> None:
    finding = folder.fault("MORE = {'replicas': 2}\nweb = Service(image='a', **MORE)\n")
    assert finding.summary == "`replicas` is not a key of a service"
    assert folder.marked(finding) == [("stack.py", 2, "Service(image='a', **MORE)")]


def test_a_slip_in_another_file_names_the_caller(folder: Any) -> None:
    folder.write("factory.py", "def make():\n    return Service(replicas=2)\n")
    finding = folder.fault("from factory import make\nweb = make()\n")
    assert folder.marked(finding) == [("factory.py", 2, "replicas"), ("stack.py", 2, "make()")]


def test_a_user_s_own_class_of_that_name_is_not_explained(folder: Any) -> None:
    finding = folder.fault("class Service:\n    def __init__(self, image): ...\nweb = Service(replicas=2)\n")
    assert finding.summary.startswith("TypeError: ")
    assert finding.help == ""


@pytest.mark.parametrize(
    "text",
    [
        "s = Secret('hunter2')\n",
        "s = Secret(contents='hunter2')\n",
        "s = Secret(subnet='hunter2')\n",
        "s = Secret(content='x')\ns.content = 'hunter2'\n",
        "s = Secret(content='hunter2' + 3)\n",
    ],
)
def test_secrets_are_not_repeated(folder: Any, text: str) -> None:
    findings = folder.faults(text)
    assert "hunter2" not in repr(findings)
