"""Rules about sockets, ports and secrets: what they find, and what they leave alone."""

from __future__ import annotations

import pytest
from lint.asking import Case, cases, found, service
from lint.swarm import SWARM

from pystackdsl.model.secrecy import is_secret_name, looks_secret

SOCKET = 'volumes=["/var/run/docker.sock:/var/run/docker.sock"]'
READ_ONLY = 'volumes=["/var/run/docker.sock:/var/run/docker.sock:ro"]'
VOLUME = "services.web.volumes[0]"
PORT = "services.web.ports[0]"
INTERNAL = "n = Network(internal=True)"
MANAGER = 'deploy=Deploy(placement=Placement(constraints=[node.role == "manager"]))'


def image(name: str, more: str) -> str:
    return service(f'image="{name}", {more}')


def ports(*said: str, name: str = "example/app:1", more: str = "") -> str:
    return image(name, f"ports=[{', '.join(said)}], {more}")


def environment(said: str, name: str = "example/app:1", before: str = "") -> str:
    return service(f'image="{name}", environment={{{said}}}', before)


def secrets(said: str, more: str = "", name: str = "postgres:16") -> str:
    return service(f'image="{name}", environment={{{said}}}, {more}', "pw = Secret(external=True)")


CASES = [
    *cases(
        "docker-socket",
        finds={
            image("example/app:1", SOCKET): VOLUME,
            image("example/app:1", READ_ONLY): VOLUME,
            image("example/app:1", 'volumes=["/run/docker.sock:/docker.sock"]'): VOLUME,
            image("agent:2", SOCKET): VOLUME,
        },
        silent=(
            image("traefik:v3.1", SOCKET),
            image("portainer/agent:2.21", SOCKET),
            image("docker:27-cli", SOCKET),
            image("example/app:1", 'volumes=["/var/run/other.sock:/var/run/docker.sock"]'),
        ),
    ),
    *cases(
        "writable-docker-socket",
        finds={image("traefik:v3.1", SOCKET): VOLUME, image("dockersamples/visualizer:1", SOCKET): VOLUME},
        silent=(image("traefik:v3.1", READ_ONLY), image("example/app:1", SOCKET)),
    ),
    *cases(
        "swarm-api-on-worker",
        finds={
            image("crazymax/swarm-cronjob:1.13", SOCKET): VOLUME,
            image("traefik:v3.1", f'command=["--providers.swarm"], {SOCKET}'): VOLUME,
            image("traefik:v2.11", f'command="--providers.docker.swarmMode=true", {READ_ONLY}'): VOLUME,
            image("traefik:v3.1", f'environment={{"TRAEFIK_PROVIDERS_SWARM": "true"}}, {SOCKET}'): VOLUME,
            image("lucaslorentz/caddy-docker-proxy:2.9", SOCKET): VOLUME,
            image(
                "crazymax/swarm-cronjob:1.13",
                f'{SOCKET}, deploy=Deploy(placement=Placement(constraints=[node.role == "worker"]))',
            ): VOLUME,
        },
        silent=(
            image("crazymax/swarm-cronjob:1.13", f"{SOCKET}, {MANAGER}"),
            image("crazymax/swarm-cronjob:1.13", 'environment={"DOCKER_HOST": "tcp://socket:2375"}'),
            image("traefik:v3.1", f'command=["--providers.docker"], {SOCKET}'),
            image("traefik:v3.1", SOCKET),
            image(
                "dockersamples/visualizer:1",
                f'{SOCKET}, deploy=Deploy(placement=Placement(constraints=[node.role != "worker"]))',
            ),
            image(
                "dockersamples/visualizer:1",
                f'{SOCKET}, deploy=Deploy(placement=Placement(constraints=[node.labels.edge == "yes"]))',
            ),
        ),
    ),
    *cases(
        "well-known-host-port",
        finds={
            ports('"22:22"'): PORT,
            ports('"20-25:20-25"'): PORT,
            ports('"2377:80"'): PORT,
            ports('"4789:80/udp"'): PORT,
            ports('"7946:80/udp"'): PORT,
            ports('Port(target=80, published=2375, mode="host")'): PORT,
        },
        silent=(ports('"2222:22"'), ports('"4789:80"'), ports('"22:22/udp"'), ports('"22"'), ports('"8022:22"')),
    ),
    *cases(
        "ignored-port-address",
        finds={ports('"127.0.0.1:8080:80"'): PORT},
        silent=(ports('"8080:80"'), ports('"0.0.0.0:8080:80"')),
    ),
    *cases(
        "published-port-of-internal-service",
        finds={
            service('image="a:1", networks=[n], ports=[80]', INTERNAL): PORT,
            service('image="a:1", networks=[n], ports=[Port(target=80, published=80, mode="host")]', INTERNAL): PORT,
            service('image="a:1", ports=[80]', "default = Network(internal=True)"): PORT,
        },
        silent=(
            service('image="a:1", networks=[n, m], ports=[80]', f"{INTERNAL}; m = Network()"),
            service('image="a:1", networks=[n], ports=[80]', "n = Network()"),
            service('image="a:1", networks=[n]', INTERNAL),
            service('image="a:1", networks=[n], ports=[80]', "n = Network(external=True)"),
        ),
    ),
    *cases(
        "published-database",
        finds={
            ports('"5432:5432"', name="postgres:16"): PORT,
            ports('"16379:6379"', name="redis:7.2"): PORT,
            ports('Port(target=27017, published=27017, mode="host")', name="mongo:7"): PORT,
            ports('"1433:1433"', name="mcr.microsoft.com/mssql/server:2022"): PORT,
            ports('"9200-9300:9200-9300"', name="elasticsearch:8.15.0"): PORT,
        },
        silent=(
            ports('"15672:15672"', name="rabbitmq:3-management"),
            ports('"80:5432"', name="example/app:1"),
            ports('"7474:7474"', name="neo4j:5"),
            image("postgres:16", ""),
        ),
    ),
    *cases(
        "secret-in-environment",
        finds={
            environment('"POSTGRES_PASSWORD": "x1y2z3q"', "postgres:16"): "services.web.environment.POSTGRES_PASSWORD",
            environment('"SECRET_KEY": "django-insecure-1"'): "services.web.environment.SECRET_KEY",
            environment('"DB_PASS": var("DB_PASS")'): "services.web.environment.DB_PASS",
            environment('"DATABASE_URL": "postgres://shop:hunter22@db/shop"'): "services.web.environment.DATABASE_URL",
            environment('"KEY": "AKIAABCDEFGHIJKLMNOP"'): "services.web.environment.KEY",
        },
        silent=(
            environment('"POSTGRES_PASSWORD_FILE": "/run/secrets/db"'),
            environment('"POSTGRES_PASSWORD": None'),
            environment('"MYSQL_ALLOW_EMPTY_PASSWORD": "yes", "MYSQL_RANDOM_ROOT_PASSWORD": "1"'),
            environment('"TOKEN_TTL": "3600", "PASSWORD_MIN_LENGTH": 12, "PASSWORD": "true"'),
            environment('"DATABASE_URL": "postgres://shop@db/shop"'),
            environment('"DATABASE_URL": "postgres://shop:${DB_PASSWORD}@db/shop"'),
            environment('"SECRET_NAME": "shop", "API_KEY_HEADER": "X-Key", "SSH_PUBLIC_KEY": "ssh-ed25519 AAAA"'),
            environment('"KEYCLOAK_PASSWORD": "/run/secrets/keycloak"'),
        ),
    ),
    *cases(
        "secret-in-label",
        finds={
            service(
                'image="a:1", labels={"com.example.token": "abcdef123"}'
            ): 'services.web.labels["com.example.token"]',
            service(
                'image="a:1", deploy=Deploy(labels={"api-key": "abcdef123"})'
            ): "services.web.deploy.labels.api-key",
        },
        silent=(
            service('image="a:1", labels={"com.example.tokens": "many"}'),
            service('image="a:1", deploy=Deploy(labels={"traefik.http.middlewares.a.basicauth.users": "u:$apr1$x$y"})'),
        ),
    ),
    *cases(
        "secret-in-command",
        finds={
            image("a:1", 'command=["--db.password=hunter22"]'): "services.web.command[0]",
            image("a:1", 'command=["serve", "--api-key", "abcdef123"]'): "services.web.command[2]",
            image("a:1", 'command="serve --token=abcdef123 --port 80"'): "services.web.command",
            image("a:1", 'entrypoint=["run", "redis://:hunter22@cache"]'): "services.web.entrypoint[1]",
            image("a:1", 'command=["sh", "-c", "dump --password=hunter22 > /dump"]'): "services.web.command[2]",
        },
        silent=(
            image("a:1", 'command=["--password-file=/run/secrets/pw"]'),
            image("a:1", 'command=["--password=/run/secrets/pw", "--token", "--verbose"]'),
            image("a:1", """command="sh -c 'mysql --password=$MYSQL_PASSWORD'\""""),
            image("a:1", 'command=["sh", "-c", "dump --password=\\"$PASSWORD\\""]'),
            image("a:1", 'command=["serve", "--port=80"]'),
        ),
    ),
    *cases(
        "ungranted-secret-file",
        finds={
            secrets('"POSTGRES_PASSWORD_FILE": "/run/secrets/pw"'): "services.web.environment.POSTGRES_PASSWORD_FILE",
            secrets('"A": "/run/secrets/pw"', 'secrets=[pw.at("other")]'): "services.web.environment.A",
            secrets('"A": "/run/secrets/pwd"', "secrets=[pw]"): "services.web.environment.A",
            secrets('"A": pw.path'): "services.web.environment.A",
        },
        silent=(
            secrets('"A": pw.path', "secrets=[pw]"),
            secrets('"A": "/run/secrets/pw"', "secrets=[pw]"),
            secrets('"A": "/run/secrets/other"', 'secrets=[pw.at("other")]'),
            secrets('"A": "/run/secrets/other"', 'secrets=[pw.at("/run/secrets/other")]'),
            secrets('"A": "/run/secrets"'),
            secrets('"A": "/run/secrets/{{.Service.Name}}"'),
            secrets('"A": "/run/secrets/pw"', 'volumes=["/mnt/secrets:/run/secrets"]'),
            secrets('"A": var("A", default="/run/secrets/pw")'),
        ),
    ),
    *cases(
        "unread-secret",
        finds={
            secrets('"POSTGRES_USER": "shop"', "secrets=[pw]"): "services.web.secrets[0]",
            secrets('"A": "/run/secrets/pw"', 'secrets=[pw.at("other")]'): "services.web.secrets[0]",
        },
        silent=(
            secrets('"POSTGRES_PASSWORD_FILE": pw.path', "secrets=[pw]"),
            secrets('"A": "b"', "secrets=[pw], command=\"sh -c 'cat /run/secrets/pw'\""),
            secrets('"A": "b"', "secrets=[pw]", "example/app:1"),
            secrets('"A": "b"', 'secrets=[pw], entrypoint="/start.sh"'),
            secrets('"A": "b"', 'secrets=[pw], env_file=["a.env"]'),
            secrets('"A": var("A")', "secrets=[pw]"),
        ),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_rule(case: Case) -> None:
    assert found(case.rule, case.source) == case.paths


LIVE = cases(
    "port-of-other-stack",
    finds={
        ports('"80:8080"'): PORT,
        ports('"79-81:79-81"'): PORT,
        ports('Port(target=80, published=443, mode="host")'): PORT,
        ports('"9100:9100"'): PORT,
    },
    silent=(
        ports('"8080:80"'),
        ports('"80:80/udp"'),
        ports('"80"'),
        ports('Port(target=9100, published=9100, mode="host")'),
    ),
)


@pytest.mark.parametrize("case", LIVE, ids=str)
def test_rule_with_a_swarm(case: Case) -> None:
    assert found(case.rule, case.source, facts=SWARM) == case.paths


@pytest.mark.parametrize(
    ("name", "is_secret"),
    [
        ("PASSWORD", True),
        ("MYSQL_ROOT_PASSWORD", True),
        ("mysqlpassword", True),
        ("SMTP_PASS", True),
        ("JWT_SECRET", True),
        ("GITHUB_TOKEN", True),
        ("AWS_SECRET_ACCESS_KEY", True),
        ("APP_KEY", True),
        ("SECRET_KEY_BASE", True),
        ("AWS_ACCESS_KEY_ID", False),
        ("COMPASS", False),
        ("MONKEY", False),
        ("PWD", False),
        ("PASSWORD_HASH_ROUNDS", False),
        ("TOKEN_URL", False),
        ("DISABLE_PASSWORD", False),
        ("KEYBOARD", False),
    ],
)
def test_names_of_secrets(name: str, is_secret: bool) -> None:
    assert is_secret_name(name) == is_secret


@pytest.mark.parametrize(
    ("value", "is_secret"),
    [
        ("ghp_0123456789abcdefghijABCDEFGHIJ0123", True),
        ("amqp://guest:guest@rabbit:5672", True),
        ("https://user:p%40ss@example.com/", True),
        ("-----BEGIN RSA PRIVATE KEY-----\nMIIE", True),
        ("http://example.com:8080/a@b", False),
        ("postgres://${USER}:${PASSWORD}@db", False),
        ("postgres://user:<password>@db", False),
        ("smtp://mail:25", False),
        ("AKIA", False),
    ],
)
def test_values_that_are_secret_by_themselves(value: str, is_secret: bool) -> None:
    assert looks_secret("SOMETHING", value) == is_secret
