"""The stack that is timed: N services, each a bit different, with eighteen keys, 83 lines and 2.2 KB of YAML.

Written twice: as a Python stack file that makes the services in a loop, and as the YAML a person would keep instead.
Both are written line by line, so that making the large one takes little memory.
"""

from __future__ import annotations

from pathlib import Path

PYTHON = '''"""A fleet of {count} services."""
from pystackdsl import (
    Config, Deploy, Healthcheck, Limits, Logging, Network, OnFailure, Placement, Reservations, Resources, Secret,
    Service, Ulimit, UpdateConfig, Volume, node, spread,
)

front = Network(driver="overlay")
back = Network(driver="overlay", attachable=True)
data = Volume()
token = Secret(file="./token.txt")
settings = Config(file="./settings.ini")


def service(number: int) -> Service:
    name = f"svc-{{number}}"
    return Service(
        image=f"registry.example.com/shop/{{name}}:1.{{number}}",
        command=["serve", "--port", "8000", "--name", name],
        hostname=name,
        user="1000:1000",
        working_dir="/srv/app",
        environment={{
            "APP_NAME": name,
            "APP_NUMBER": str(number),
            "DATABASE_URL": f"postgres://app@db/app_{{number}}",
            "LOG_LEVEL": "info",
            "CACHE_URL": f"redis://cache:6379/{{number % 16}}",
            "QUEUE_URL": "amqp://queue.internal:5672/%2f",
            "PUBLIC_URL": f"https://{{name}}.example.com/",
            "WORKERS": "4",
            "FEATURE_SEARCH": "on",
            "TOKEN_FILE": "/run/secrets/token",
        }},
        ports=[f"{{10000 + number}}:8000"],
        networks=[front, back.alias(f"{{name}}.internal")],
        volumes=[data.at("/var/lib/app"), "/etc/ssl/certs:/etc/ssl/certs:ro"],
        secrets=[token.at(mode=0o400)],
        configs=[settings.at("/srv/app/settings.ini")],
        healthcheck=Healthcheck(
            test=["CMD", "curl", "-f", "http://localhost:8000/health"], interval="10s", timeout="3s", retries=3,
            start_period="30s",
        ),
        labels={{
            "com.example.owner": f"team-{{number % 7}}",
            "com.example.tier": "backend",
            "com.example.description": f"Part {{number}} of the shop: answers on port 8000",
            "com.example.since": "2024-01-31",
        }},
        logging=Logging(driver="json-file", options={{"max-size": "10m", "max-file": "3"}}),
        ulimits={{"nofile": Ulimit(soft=20000, hard=40000)}},
        stop_grace_period="1m30s",
        init=True,
        deploy=Deploy(
            replicas=2 + number % 3,
            labels={{
                "traefik.enable": "true",
                f"traefik.http.routers.{{name}}.rule": f"Host(`{{name}}.example.com`)",
                f"traefik.http.services.{{name}}.loadbalancer.server.port": "8000",
            }},
            resources=Resources(
                limits=Limits(cpus="0.50", memory="256M"), reservations=Reservations(cpus="0.25", memory="64M")
            ),
            update_config=UpdateConfig(parallelism=2, delay="10s", order="start-first"),
            restart=OnFailure(delay="5s", max_attempts=3, window="2m"),
            placement=Placement(constraints=[node.role == "worker"], preferences=[spread(node.labels.zone)]),
        ),
    )


fleet = {{f"svc-{{number}}": service(number) for number in range({count})}}
'''

HEAD = 'version: "3.9"\n\nservices:\n'

SERVICE = """\
  {name}:
    image: registry.example.com/shop/{name}:1.{number}
    command: ["serve", "--port", "8000", "--name", "{name}"]
    hostname: {name}
    user: "1000:1000"
    working_dir: /srv/app
    environment:
      APP_NAME: {name}
      APP_NUMBER: "{number}"
      DATABASE_URL: postgres://app@db/app_{number}
      LOG_LEVEL: info
      CACHE_URL: redis://cache:6379/{cache}
      QUEUE_URL: amqp://queue.internal:5672/%2f
      PUBLIC_URL: https://{name}.example.com/
      WORKERS: "4"
      FEATURE_SEARCH: "on"
      TOKEN_FILE: /run/secrets/token
    ports:
      - "{port}:8000"
    networks:
      front:
      back:
        aliases:
          - {name}.internal
    volumes:
      - data:/var/lib/app
      - /etc/ssl/certs:/etc/ssl/certs:ro
    secrets:
      - source: token
        mode: 0400
    configs:
      - source: settings
        target: /srv/app/settings.ini
    healthcheck:
      test: ["CMD", "curl", "-f", "http://localhost:8000/health"]
      interval: 10s
      timeout: 3s
      retries: 3
      start_period: 30s
    labels:
      com.example.owner: team-{team}
      com.example.tier: backend
      com.example.description: "Part {number} of the shop: answers on port 8000"
      com.example.since: "2024-01-31"
    logging:
      driver: json-file
      options:
        max-size: 10m
        max-file: "3"
    ulimits:
      nofile:
        soft: 20000
        hard: 40000
    stop_grace_period: 1m30s
    init: true
    deploy:
      replicas: {replicas}
      labels:
        traefik.enable: "true"
        traefik.http.routers.{name}.rule: Host(`{name}.example.com`)
        traefik.http.services.{name}.loadbalancer.server.port: "8000"
      resources:
        limits:
          cpus: "0.50"
          memory: 256M
        reservations:
          cpus: "0.25"
          memory: 64M
      update_config:
        parallelism: 2
        delay: 10s
        order: start-first
      restart_policy:
        condition: on-failure
        delay: 5s
        max_attempts: 3
        window: 2m
      placement:
        constraints:
          - node.role == worker
        preferences:
          - spread: node.labels.zone

"""

TAIL = """\
networks:
  front:
    driver: overlay
  back:
    driver: overlay
    attachable: true

volumes:
  data: {}

secrets:
  token:
    file: ./token.txt

configs:
  settings:
    file: ./settings.ini
"""


def write(folder: Path, count: int, *, replicas: int | None = None) -> None:
    """Write `stack.py` and `stack.yml`, both of `count` services, and the files they refer to, into a new folder.

    Each service has two to four tasks, or as many as `replicas` says.
    """
    folder.mkdir(parents=True)
    (folder / "token.txt").write_text("not a secret\n")
    (folder / "settings.ini").write_text("[app]\nanswer = 42\n")
    python = PYTHON if replicas is None else PYTHON.replace("replicas=2 + number % 3", f"replicas={replicas}")
    (folder / "stack.py").write_text(python.format(count=count))
    with (folder / "stack.yml").open("w") as yaml:
        yaml.write(HEAD)
        for number in range(count):
            yaml.write(_service(number, 2 + number % 3 if replicas is None else replicas))
        yaml.write(TAIL)


def _service(number: int, replicas: int) -> str:
    return SERVICE.format(
        name=f"svc-{number}",
        number=number,
        port=10000 + number,
        cache=number % 16,
        team=number % 7,
        replicas=replicas,
    )
