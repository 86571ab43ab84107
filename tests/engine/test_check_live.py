"""`pystackdsl check --live` on a real swarm: what its nodes, ports, networks and secrets mean for stacks."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from rig.engine import Engine, wait
from rig.proxy import Proxy

from pystackdsl.cli import exits
from pystackdsl.cli.main import main

RUNNING = """\
version: "3.9"
services:
  web:
    image: web:1
    ports: ["8461:80"]
    networks: [back]
    environment: {API_TOKEN: hunter22}
    deploy: {replicas: 0}
  worker:
    image: worker:1
    networks: [back, host_network]
    deploy: {replicas: 1, placement: {constraints: ["node.labels.psd-zone == nowhere"]}}
networks:
  back: {ipam: {config: [{subnet: 10.213.7.0/24}]}}
  host_network: {external: true, name: host}
"""
NEW = """\
version: "3.9"
services:
  web:
    image: web:1
    ports: ["8461:80"]
    networks: [back, outer]
    secrets: [token]
    deploy: {placement: {constraints: ["node.labels.psd-zone == nowhere"]}}
networks:
  back: {ipam: {config: [{subnet: 10.213.0.0/16}]}}
  outer: {external: true, name: psd-missing}
secrets:
  token: {external: true, name: psd-missing-token}
"""
RULES = "PSD312,PSD410,PSD415,PSD511,PSD512"


def test_stacks_and_files_on_a_swarm(
    engine: Engine, proxy: Proxy, stack_name: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "new.yml"
    file.write_text(NEW)
    engine.docker("stack", "deploy", "--detach=true", "--resolve-image=never", "-c", "-", stack_name, input=RUNNING)
    wait(lambda: _has_addresses(engine, f"{stack_name}_back"), "addresses of the network", 30)

    assert (
        main(["check", "--live", stack_name, "--select", RULES, "--format", "json", "-H", proxy.host]) == exits.FAILED
    )
    said = capfd.readouterr().out
    assert [(each["rule"], each["stack"], each["path"]) for each in json.loads(said)["findings"]] == [
        ("PSD312", stack_name, "services.worker.deploy.placement.constraints[0]"),
        ("PSD410", stack_name, "services.web.environment.API_TOKEN"),
    ]
    assert "hunter22" not in said
    asked = [call.line for call in proxy.calls if call.path != "/_ping"]
    lists = [f"GET /{kind}" for kind in ("configs", "networks", "nodes", "secrets", "services")]
    assert sorted(line for line in asked if line in lists) == lists
    (host,) = {line for line in asked if line not in lists}  # Docker's own network is in no list
    assert host.startswith("GET /networks/")

    assert main(["check", str(file), "--live", "--select", RULES, "--format", "json", "-H", proxy.host]) == exits.FAILED
    found = json.loads(capfd.readouterr().out)["findings"]
    assert [(each["rule"], each["places"][0]["line"], each["message"]) for each in found] == [
        ("PSD415", 5, f"service web publishes port 8461/tcp, which {stack_name}_web has"),
        ("PSD312", 8, "no node has node.labels.psd-zone == nowhere: service web cannot run"),
        ("PSD511", 10, f"the addresses of network back are those of {stack_name}_back (10.213.7.0/24)"),
        ("PSD512", 11, 'the swarm has no network "psd-missing"'),
        ("PSD512", 13, 'the swarm has no secret "psd-missing-token"'),
    ]


def test_a_network_that_never_got_its_addresses(
    engine: Engine, stack_name: str, capfd: pytest.CaptureFixture[str]
) -> None:
    """The swarm says nothing of it: tasks stay in the state `new`."""
    text = "version: '3.9'\nservices: {web: {image: web:1}}\nnetworks: {default: {ipam: {config: [{subnet: 10.0.0.0/24}]}}}"
    engine.docker("stack", "deploy", "--detach=true", "--resolve-image=never", "-c", "-", stack_name, input=text)
    assert main(["check", "--live", stack_name, "--select", "PSD511", "-H", engine.host]) == exits.FAILED
    said = capfd.readouterr().out
    assert "network default has no addresses, and tasks on it wait for them" in " ".join(said.split())
    assert f"--> {stack_name}: networks.default\n" in said


def _has_addresses(engine: Engine, network: str) -> bool:
    return bool((engine.call("GET", f"/networks/{network}")["IPAM"] or {}).get("Config"))
