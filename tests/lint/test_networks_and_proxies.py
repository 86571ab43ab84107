"""Rules about networks, addresses and reverse proxies: what they find, and what they leave alone."""

from __future__ import annotations

import pytest
from lint.asking import Case, cases, found, service
from lint.swarm import SWARM

PORT_LABEL = '"traefik.http.services.web.loadbalancer.server.port": "80"'
ROUTER = '"traefik.http.routers.web.rule": "Host(`a`)"'
LABELS = "services.web.deploy.labels"
TRAEFIK = 'traefik = Service(image="traefik:v3.1", command=["--providers.swarm"], networks=[public])'


def labelled(labels: str, more: str = "", before: str = "") -> str:
    return service(f'image="a:1", deploy=Deploy(labels={{{labels}}}), {more}', before)


def routed(networks: str, before: str, extra: str = "") -> str:
    return labelled(f'"traefik.enable": "true", {PORT_LABEL}, {extra}', f"networks=[{networks}]", before)


def sized(subnet: str, said: str, more: str = "") -> str:
    return service(
        f'image="a:1", networks=[n], deploy=Deploy({said})',
        f'n = Network(ipam=Ipam(config=[IpamConfig(subnet="{subnet}")]))\n{more}',
    )


SUBNET = "networks.n.ipam.config[0].subnet"

CASES = [
    *cases(
        "proxy-label-on-container",
        finds={
            service('image="a:1", labels={"a": "b", "traefik.enable": "true"}'): (
                'services.web.labels["traefik.enable"]'
            ),
            service('image="a:1", labels={"Traefik.Enable": "true", "traefik.port": "80"}'): (
                'services.web.labels["Traefik.Enable"]'
            ),
            service('image="a:1", labels={"caddy": "a.example.com"}'): "services.web.labels.caddy",
            service('image="a:1", labels={"swarm.cronjob.enable": "true"}'): (
                'services.web.labels["swarm.cronjob.enable"]'
            ),
        },
        silent=(
            labelled('"traefik.enable": "true"'),
            service('image="a:1", labels={"com.example.traefik": "no"}'),
        ),
    ),
    *cases(
        "proxy-label-without-port",
        finds={
            labelled('"traefik.enable": "true"'): f'{LABELS}["traefik.enable"]',
            labelled(ROUTER): f'{LABELS}["traefik.http.routers.web.rule"]',
            labelled('"a": "b", "traefik.tcp.routers.web.rule": "HostSNI(`*`)"'): (
                f'{LABELS}["traefik.tcp.routers.web.rule"]'
            ),
        },
        silent=(
            labelled(f'"traefik.enable": "true", {PORT_LABEL}'),
            labelled(f'{ROUTER}, "traefik.tcp.services.a.loadbalancer.server.port": "5432"'),
            labelled('"traefik.port": "80", "traefik.frontend.rule": "Host:a"'),
            labelled('"traefik.enable": "false"'),
            labelled('"traefik.http.middlewares.auth.basicauth.users": "a"'),
            labelled(f'{ROUTER}, "traefik.http.routers.web.service": "api@internal"'),
            labelled('"caddy": "a.example.com"'),
        ),
    ),
    *cases(
        "no-network-with-proxy",
        finds={
            routed("back", f"public = Network()\nback = Network()\n{TRAEFIK}"): "services.web.networks",
            labelled(f'"traefik.enable": "true", {PORT_LABEL}'): "services.web",
            labelled('"caddy": "a.example.com"', "networks=[n]", "n = Network()"): "services.web.networks",
        },
        silent=(
            routed("public", f"public = Network()\n{TRAEFIK}"),
            routed("public", "public = Network(external=True)"),
            routed("back, public", "back = Network()\npublic = Network(external=True)"),
            labelled('"traefik.enable": "false"'),
            labelled('"traefik.http.middlewares.auth.basicauth.users": "a"'),
            'traefik = Service(image="traefik:v3.1", deploy=Deploy(labels={"traefik.enable": "true"}))',
        ),
    ),
    *cases(
        "ambiguous-proxy-network",
        finds={routed("public, back", f"public = Network()\nback = Network()\n{TRAEFIK}"): "services.web.networks"},
        silent=(
            routed("public", f"public = Network()\n{TRAEFIK}"),
            routed(
                "public, back", f"public = Network()\nback = Network()\n{TRAEFIK}", '"traefik.swarm.network": "public"'
            ),
            routed(
                "public, back",
                "public = Network()\nback = Network()\n"
                + TRAEFIK.replace("]", ', "--providers.swarm.network=public"]', 1),
            ),
            routed(
                "public, back",
                "public = Network()\nback = Network()\n" + TRAEFIK.replace('"--providers.swarm"', ""),
            ),
            routed("public, back", "public = Network(external=True)\nback = Network()"),
        ),
    ),
    *cases(
        "unscoped-proxy-network",
        finds={
            routed("public", "public = Network()", '"traefik.docker.network": "public"'): (
                f'{LABELS}["traefik.docker.network"]'
            ),
            routed("public", 'public = Network(external=True, name="edge")', '"traefik.swarm.network": "public"'): (
                f'{LABELS}["traefik.swarm.network"]'
            ),
        },
        silent=(
            routed("public", "public = Network(external=True)", '"traefik.docker.network": "public"'),
            routed("public", 'public = Network(name="public")', '"traefik.docker.network": "public"'),
            routed("public", "public = Network()", '"traefik.docker.network": "shop_public"'),
            routed("public", "public = Network()"),
        ),
    ),
    *cases(
        "isolated-service",
        finds={
            service('image="a:1", networks=[n]', "n = Network(internal=True)"): "services.web.networks",
        },
        silent=(
            service('image="a:1", networks=[n]', "n = Network()"),
            service('image="a:1", networks=[n]', "n = Network(internal=True, attachable=True)"),
            service('image="a:1", networks=[n]', 'n = Network(internal=True, name="shared")'),
            service('image="a:1", networks=[n]', "n = Network(external=True)"),
            service('image="a:1", networks=[n], ports=[80]', "n = Network(internal=True)"),
            service(
                'image="a:1", networks=[n]', 'n = Network(internal=True)\nother = Service(image="b:1", networks=[n])'
            ),
            service('image="a:1", networks=[n], deploy=Deploy(replicas=0)', "n = Network(internal=True)"),
            service('image="a:1"'),
        ),
    ),
    *cases(
        "backend-on-public-network",
        finds={
            service('image="postgres:16", networks=[n]', 'n = Network(external=True, name="traefik-public")'): (
                "services.web.networks[0]"
            ),
            service('image="redis:7.2", networks=[proxy]', "proxy = Network(external=True)"): (
                "services.web.networks[0]"
            ),
            service('image="mongo:7", networks=[back, public]', f"back = Network()\npublic = Network()\n{TRAEFIK}"): (
                "services.web.networks[1]"
            ),
        },
        silent=(
            service('image="postgres:16", networks=[n]', "n = Network(external=True)"),
            service('image="postgres:16", networks=[public]', "public = Network()"),
            service('image="nginx:1.27", networks=[n]', 'n = Network(external=True, name="traefik-public")'),
            service('image="postgres:16", networks=[n]', 'n = Network(external=True, name="republican-db")'),
        ),
    ),
    *cases(
        "too-few-addresses",
        finds={
            sized("10.9.0.0/29", "replicas=4"): SUBNET,
            sized("10.9.0.0/29", 'replicas=5, endpoint_mode="dnsrr"'): SUBNET,
            sized("10.9.0.0/29", 'replicas=2, update_config=UpdateConfig(order="start-first", parallelism=2)'): SUBNET,
            sized(
                "10.9.0.0/29",
                "replicas=1",
                'a = Service(image="a:1", networks=[n])\nb = Service(image="b:1", networks=[n])',
            ): SUBNET,
            service('image="a:1", deploy=Deploy(replicas=300)', "default = Network()"): "networks.default",
        },
        silent=(
            sized("10.9.0.0/29", "replicas=3"),
            sized("10.9.0.0/29", 'replicas=4, endpoint_mode="dnsrr"'),
            sized("10.9.0.0/29", 'mode="global"'),
            sized("10.9.0.0/29", 'replicas=var("N", int, default=9)'),
            sized("10.9.0.0/24", "replicas=200"),
            service('image="a:1", networks=[n], deploy=Deploy(replicas=300)', "n = Network(external=True)"),
            service('image="a:1", networks=[n], deploy=Deploy(replicas=300)', 'n = Network(driver="weave")'),
        ),
    ),
    *cases(
        "crowded-network",
        finds={
            sized("10.9.0.0/28", "replicas=9"): SUBNET,
            service('image="a:1", networks=[n], deploy=Deploy(replicas=240)', "n = Network()"): "networks.n",
        },
        silent=(
            sized("10.9.0.0/28", "replicas=6"),
            sized("10.9.0.0/29", "replicas=3"),
            sized("10.9.0.0/28", "replicas=20"),
            service('image="a:1", networks=[n], deploy=Deploy(replicas=150)', "n = Network()"),
        ),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_rule(case: Case) -> None:
    assert found(case.rule, case.source) == case.paths


LIVE = [
    *cases(
        "too-few-addresses",
        finds={
            sized("10.9.0.0/29", 'mode="global"'): SUBNET,
            sized("10.9.0.0/29", "replicas=2"): (),
        },
        silent=(sized("10.9.0.0/28", 'mode="global"'),),
    ),
    *cases(
        "subnet-in-use",
        finds={sized("10.10.200.0/24", "replicas=1"): SUBNET, sized("10.0.0.0/8", "replicas=1"): SUBNET},
        silent=(
            sized("10.11.0.0/24", "replicas=1"),
            service('image="a:1"', 'n = Network(ipam=Ipam(config=[IpamConfig(subnet="10.10.0.0/24")]))'),
            service('image="a:1", networks=[n]', "n = Network()"),
        ),
    ),
    *cases(
        "missing-external",
        finds={
            service('image="a:1", networks=[edge]', "edge = Network(external=True)"): "networks.edge",
            service('image="a:1", secrets=[s]', 's = Secret(external=True, name="tls-key-2023")'): "secrets.s.name",
            service('image="a:1", configs=[nginx]', "nginx = Config(external=True)"): "configs.nginx",
        },
        silent=(
            service('image="a:1", networks=[n]', 'n = Network(external=True, name="traefik-public")'),
            service('image="a:1", networks=[host]', "host = Network(external=True)"),
            service('image="a:1", secrets=[db_password]', "db_password = Secret(external=True)"),
            service('image="a:1"', "edge = Network(external=True)"),
            service('image="a:1", secrets=[s]', 's = Secret(external=True, name=var("S", default="x"))'),
        ),
    ),
]


@pytest.mark.parametrize("case", LIVE, ids=str)
def test_rule_with_a_swarm(case: Case) -> None:
    assert found(case.rule, case.source, facts=SWARM) == case.paths
