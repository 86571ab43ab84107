"""Files of Docker Compose read as stacks: what is converted, what is left out, what is refused; and Docker takes it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from rig import ROOT
from rig.judge import Judge

from pystackdsl import Config, Secret, Stack
from pystackdsl.compose.adapt import adapted
from pystackdsl.compose.front import Loaded, StackText, load_texts
from pystackdsl.diagnostics import InvalidStack, KeyPath, Severity

ENV = {"TOKEN": "t0k3n", "N": "3"}


def loaded(text: str, **options: Any) -> Loaded:
    return load_texts(
        [StackText(text.encode())],
        environment=ENV,
        base=ROOT / "tests" / "golden" / "stacks",
        from_compose=True,
        **options,
    )


def service(said: str) -> Any:
    return loaded(f"services: {{web: {{image: a, {said}}}}}").stack.services["web"]


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("scale: 3", {"deploy": {"replicas": 3}}),
        ('scale: "${N}"', {"deploy": {"replicas": 3}}),
        ("scale: 3, deploy: {labels: {a: b}}", {"deploy": {"labels": {"a": "b"}, "replicas": 3}}),
        ("scale: 3, deploy: {replicas: 3}", {"deploy": {"replicas": 3}}),
        ("scale: 3, deploy: null", {"deploy": {"replicas": 3}}),
        ("cpus: 0.5", {"deploy": {"resources": {"limits": {"cpus": "0.5"}}}}),
        ('cpus: "1.5"', {"deploy": {"resources": {"limits": {"cpus": "1.5"}}}}),
        ("mem_limit: 512m", {"deploy": {"resources": {"limits": {"memory": "512m"}}}}),
        ("mem_limit: 1048576", {"deploy": {"resources": {"limits": {"memory": "1048576"}}}}),
        ("mem_reservation: 1g", {"deploy": {"resources": {"reservations": {"memory": "1g"}}}}),
        ("pids_limit: 10", {"deploy": {"resources": {"limits": {"pids": 10}}}}),
        ("pids_limit: -1", {"deploy": {"resources": {"limits": {"pids": 0}}}}),
        ("cpus: 1, mem_limit: 1g", {"deploy": {"resources": {"limits": {"cpus": "1", "memory": "1g"}}}}),
        ("depends_on: {db: {condition: service_healthy}}", {"depends_on": ["db"]}),
        ("env_file: {path: a.env}", {"env_file": ["a.env"]}),
        ("env_file: [a.env, {path: b.env, required: false}]", {"env_file": ["a.env", "b.env"]}),
        ('ports: [{target: 80, published: "8080"}]', {"ports": [{"target": 80, "published": 8080}]}),
        (
            'ports: [{target: 80, published: "81-81", name: web, host_ip: 1.2.3.4}]',
            {"ports": [{"target": 80, "published": 81}]},
        ),
        ("tmpfs: /run", {"volumes": [{"type": "tmpfs", "target": "/run"}]}),
        (
            'tmpfs: ["/a:size=1m,mode=7", /b], volumes: ["/v"]',
            {
                "volumes": [
                    "/v",
                    {"type": "tmpfs", "target": "/a", "tmpfs": {"size": 1048576}},
                    {"type": "tmpfs", "target": "/b"},
                ]
            },
        ),
        (
            "volumes: [{type: tmpfs, target: /a, tmpfs: {size: 1k}}]",
            {"volumes": [{"type": "tmpfs", "target": "/a", "tmpfs": {"size": 1024}}]},
        ),
        ("environment: {A: true, B: null, C: 5}", {"environment": {"A": "true", "B": None, "C": 5}}),
        ("labels: {a: false}, sysctls: null, command: null", {"labels": {"a": "false"}}),
        ('read_only: "true", tty: "no", init: "Yes"', {"read_only": True, "tty": False, "init": True}),
        (
            'deploy: {replicas: "2", update_config: {parallelism: "0"}}',
            {"deploy": {"replicas": 2, "update_config": {"parallelism": 0}}},
        ),
        (
            "deploy: {x-note: 1, resources: {limits: {cpus: 0.5, memory: 1024}}}",
            {"deploy": {"resources": {"limits": {"cpus": "0.5", "memory": "1024"}}}},
        ),
        (
            'ulimits: {nofile: "5", core: {soft: "1", hard: 2}}',
            {"ulimits": {"nofile": 5, "core": {"soft": 1, "hard": 2}}},
        ),
        ('healthcheck: {test: a, retries: "3", x-a: 1}', {"healthcheck": {"test": "a", "retries": 3}}),
        ("shm_size: 64", {"shm_size": "64"}),
        ("pull_policy: always, attach: false, develop: {}, pull_refresh_after: x", {}),
        (
            "build: {context: ., tags: [a], platforms: [b]}",
            {"build": {"context": ".", "tags": ["a"], "platforms": ["b"]}},
        ),
    ],
)
def test_what_has_an_exact_meaning_is_converted(judge: Judge, said: str, meant: dict[str, Any]) -> None:
    plain = {"services": {"web": {"image": "a", **meant}}}
    assert judge.accepts(json.dumps(plain), cwd=ROOT / "tests" / "golden" / "stacks")[0]
    expected = load_texts([StackText(json.dumps(plain).encode())], environment=ENV, base=None).stack.services["web"]
    assert Stack(services={"web": service(said)}) == Stack(services={"web": expected})


@pytest.mark.parametrize(
    "said",
    [
        "scale: many",
        "scale: 3, deploy: {replicas: 2}",
        "mem_limit: [1]",
        "profiles: [a]",
        "extends: b",
        "platform: linux/arm64",
        "gpus: all",
        "cpu_shares: 5",
        "annotations: {a: b}",
        "group_add: [video]",
        "post_start: []",
        "networks: {n: {mac_address: x}}",
        "deploy: {resources: {reservations: {devices: []}}}",
        "env_file: [{paths: a}]",
        "ports: [{target: 80, published: many}]",
        'ports: [{target: 80, published: "81-82"}]',
        "nonsense: 1",
        'tty: "perhaps"',
    ],
)
def test_all_else_is_refused_at_its_place(said: str) -> None:
    with pytest.raises(InvalidStack) as caught:
        loaded(f"services: {{web: {{image: a, {said}}}}}\nnetworks: {{n: {{}}}}")
    for fault in caught.value.findings:
        assert fault.severity is not Severity.ERROR or fault.places


def test_the_top_of_a_file() -> None:
    found = loaded('name: shop\nversion: "2.4"\nservices: {}\nvolumes:\nx-note: 1')
    assert found.stack.name == "shop"
    assert found.stack.version is None
    assert found.stack.x == {"x-note": 1}
    said = [str(each.path) for each in found.conversions]
    assert said == ["name", "version", "volumes"]
    assert all(each.severity is Severity.INFO and each.places for each in found.conversions)


def test_networks() -> None:
    found = loaded("services: {}\nnetworks: {a: {enable_ipv6: false, enable_ipv4: true, driver: overlay}}")
    assert found.stack.networks["a"].driver == "overlay"
    with pytest.raises(InvalidStack):
        loaded("services: {}\nnetworks: {a: {enable_ipv6: true}}")


def test_contents() -> None:
    found = loaded(
        "services: {}\nconfigs: {c: {content: 'n=${N} $$'}, d: {environment: TOKEN}}\nsecrets: {s: {environment: TOKEN}}"
    )
    configs: dict[str, Config] = dict(found.stack.configs)
    secrets: dict[str, Secret] = dict(found.stack.secrets)
    assert configs["c"].content == "n=3 $"
    assert configs["d"].content == "t0k3n"
    assert secrets["s"].content == "t0k3n"
    assert "t0k3n" not in f"{found.conversions}{found.warnings}{secrets}"


def test_a_variable_that_is_not_set_gives_no_content() -> None:
    with pytest.raises(InvalidStack) as caught:
        loaded("services: {}\nsecrets: {s: {environment: NOWHERE}}")
    assert "environment" in caught.value.findings[0].summary


def test_what_is_lost_is_told() -> None:
    found = loaded(
        "services: {web: {image: a, depends_on: {db: {condition: service_started}}, pull_policy: always, "
        "networks: {n: {priority: 1}}, ports: [{target: 80, host_ip: 1.2.3.4, app_protocol: http}], tmpfs: '/a:mode=7'}}\n"
        "networks: {n: {}}"
    )
    lost = {str(each.path) for each in found.warnings if each.rule == "compose"}
    assert lost == {
        "services.web.pull_policy",
        "services.web.networks.n.priority",
        "services.web.ports[0].host_ip",
        "services.web.ports[0].app_protocol",
        "services.web.tmpfs",
    }
    assert all(each.places for each in found.warnings)


def test_nothing_is_left_of_options_that_say_nothing_in_swarm() -> None:
    found = loaded(
        """
services:
  web:
    image: a
    networks: {n: {priority: 1}, m: {}, o: null}
    volumes:
      - {type: bind, source: ./x, target: /x, bind: {create_host_path: true}}
      - {type: bind, source: ./y, target: /y, bind: {create_host_path: false, propagation: rshared}}
      - {type: volume, source: v, target: /z, volume: {}}
networks: {n: {}, m: {}, o: {}}
volumes: {v: {}}
"""
    )
    web: Any = found.stack.services["web"]
    assert [each.has_options for each in web.networks] == [False, False, False]
    assert [(each.bind, each.volume) for each in web.volumes[::2]] == [(None, None), (None, None)]
    assert web.volumes[1].bind.propagation == "rshared"
    lost = {str(each.path) for each in found.warnings if each.severity is Severity.WARNING}
    assert lost == {"services.web.networks.n.priority", "services.web.volumes[0].bind.create_host_path"}


def test_faults_of_what_was_moved_stand_where_it_was_written() -> None:
    with pytest.raises(InvalidStack) as caught:
        loaded("services:\n  web:\n    image: a\n    mem_limit: 5 megs\n")
    [fault] = caught.value.findings
    assert fault.places[0].span.line == 4


def test_variables_may_stay_open() -> None:
    found = loaded("services: {web: {image: a, scale: '${N:-2}', cpus: '${C:-1}'}}", mode="open")
    deploy: Any = found.stack.services["web"].deploy
    assert "N:-2" in deploy.replicas.text
    assert "C:-1" in deploy.resources.limits.cpus.text


def test_a_tree_is_left_as_it_was() -> None:
    tree = {"services": {"web": {"image": "a", "scale": 3, "ports": [{"target": "80"}]}}}
    before = json.dumps(tree)
    found = adapted(tree, {})
    assert json.dumps(tree) == before
    assert found.tree["services"]["web"] == {"image": "a", "ports": [{"target": 80}], "deploy": {"replicas": 3}}
    assert found.moved == {KeyPath("services", "web", "deploy", "replicas"): KeyPath("services", "web", "scale")}
