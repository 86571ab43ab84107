"""Rules about images and health checks: what they find, and what they leave alone."""

from __future__ import annotations

import pytest
from lint.asking import Case, cases, found, service


def image(name: str) -> str:
    return service(f"image={name!r}")


def health(said: str, name: str = "example/app:1") -> str:
    return service(f'image="{name}", healthcheck=Healthcheck(test="true", {said})')


DIGEST = "sha256:" + "a" * 64
IMAGE = "services.web.image"

CASES = [
    *cases(
        "floating-image-tag",
        finds={
            image(name): IMAGE
            for name in (
                "nginx",
                "nginx:latest",
                "registry.example.com:5000/shop/web",
                "redis:alpine",
                "nginx:stable-alpine",
                "example/app:main",
                "node:lts-bookworm-slim",
                "Example.com/app:Latest",
            )
        },
        silent=(
            image("nginx:1.27"),
            image("postgres:16-alpine"),
            image("example/app:2024-06-01"),
            image("example/app:0f3a9c2"),
            image("example/app:main-0f3a9c2"),
            image(f"nginx@{DIGEST}"),
            image(f"nginx:latest@{DIGEST}"),
            image("a" * 64),
            "web = Service(image=f\"example/app:{var('TAG', default='latest')}\")",
            'web = Service(image=var("IMAGE"))',
        ),
    ),
    *cases(
        "image-without-digest",
        finds={image("nginx:1.27"): IMAGE, image("localhost:5000/a:1"): IMAGE},
        silent=(image("nginx"), image("nginx:latest"), image(f"nginx:1.27@{DIGEST}"), image(f"nginx@{DIGEST}")),
    ),
    *cases(
        "rollout-without-healthcheck",
        finds={
            service('image="a:1", deploy=Deploy(update_config=UpdateConfig(order="start-first"))'): (
                "services.web.deploy.update_config.order"
            ),
            service('image="a:1", deploy=Deploy(update_config=UpdateConfig(failure_action="rollback"))'): (
                "services.web.deploy.update_config.failure_action"
            ),
        },
        silent=(
            service('image="a:1"'),
            service('image="a:1", deploy=Deploy(update_config=UpdateConfig(failure_action="pause", parallelism=2))'),
            service(
                'image="a:1", healthcheck=Healthcheck(test="true"), '
                'deploy=Deploy(update_config=UpdateConfig(order="start-first"))'
            ),
            service(
                'image="a:1", healthcheck=Healthcheck(disable=True), '
                'deploy=Deploy(update_config=UpdateConfig(order="start-first"))'
            ),
        ),
    ),
    *cases(
        "healthcheck-timeout-over-interval",
        finds={health('interval="5s", timeout="6s"'): "services.web.healthcheck.timeout"},
        silent=(
            health('interval="5s", timeout="5s"'),
            health('interval="5s"'),
            health('timeout="1m"'),
            health('interval="0s", timeout="1m"'),
            health('interval=var("I", default="5s"), timeout="1m"'),
        ),
    ),
    *cases(
        "single-retry-healthcheck",
        finds={health("retries=1"): "services.web.healthcheck.retries"},
        silent=(
            health("retries=0"),
            health("retries=2"),
            health('interval="5s"'),
            health('retries=var("N", int, default=1)'),
        ),
    ),
    *cases(
        "healthcheck-without-start-period",
        finds={
            health('interval="10s"', "postgres:16"): "services.web.healthcheck",
            health('interval="10s", start_period="0s"', "mysql:8"): "services.web.healthcheck",
            health("retries=3", "docker.io/bitnami/postgresql:16"): "services.web.healthcheck",
            health("retries=3", "quay.io/keycloak/keycloak:25"): "services.web.healthcheck",
            health("retries=3", "mcr.microsoft.com/mssql/server:2022"): "services.web.healthcheck",
            "web = Service(image=f\"postgres:{var('TAG', default='16')}\", healthcheck=Healthcheck(test='true'))": (
                "services.web.healthcheck"
            ),
        },
        silent=(
            health('interval="10s", start_period="1m"', "postgres:16"),
            health('interval="10s", start_period=var("S", default="1m")', "postgres:16"),
            health('interval="30s", retries=10', "postgres:16"),
            health('interval="10s"', "nginx:1.27"),
            health('interval="10s"', "redis:7.2"),
            health('interval="10s"', "example/postgres-exporter:1"),
            service('image="postgres:16"'),
            service('image="postgres:16", healthcheck=Healthcheck(disable=True)'),
            service('image="postgres:16", healthcheck=Healthcheck(test=["NONE"])'),
            "web = Service(image=f\"{var('IMAGE', default='postgres')}:16\", healthcheck=Healthcheck(test='true'))",
        ),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_rule(case: Case) -> None:
    assert found(case.rule, case.source) == case.paths
