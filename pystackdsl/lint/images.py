"""What is known of well-known images by their names: which are databases, start slowly, or need a manager.

Rules ask `traits_of`. An image that is not known here has no traits, and rules keep silent about what they cannot know.
"""

import enum
from functools import lru_cache
from typing import Final

from pystackdsl.model.image import ImageReference
from pystackdsl.model.variable import OPEN

__all__ = ["Trait", "name_of", "native_ports", "reference", "traits_of"]


class Trait(enum.Flag):
    """What the programs of an image are like."""

    NONE = 0
    DATABASE = enum.auto()
    """It keeps data for other services, and is not meant for everybody."""
    SLOW_START = enum.auto()
    """It may need more than some seconds before it answers: it recovers data, or warms up a virtual machine."""
    SINGLE_WRITER = enum.auto()
    """One process alone may use its data folder."""
    FILE_VARIABLES = enum.auto()
    """Its entry point reads `NAME_FILE` variables, and takes the line's end away."""
    PROXY = enum.auto()
    """A reverse proxy that finds services by their labels."""
    SWARM_API = enum.auto()
    """It asks the swarm's API, which managers alone answer."""
    SOCKET = enum.auto()
    """It is made to talk to Docker."""


_DATA: Final = Trait.DATABASE | Trait.SLOW_START | Trait.SINGLE_WRITER
_SMALL_DATA: Final = Trait.DATABASE | Trait.SINGLE_WRITER
_JVM: Final = Trait.SLOW_START

_TRAITS: Final[dict[str, Trait]] = {
    **dict.fromkeys(("postgres", "mysql", "mariadb", "percona", "mongo", "influxdb"), _DATA | Trait.FILE_VARIABLES),
    **dict.fromkeys(
        ("postgresql", "postgis", "timescaledb", "pgvector", "percona-server", "mongodb", "elasticsearch", "opensearch",
         "cassandra", "couchdb", "neo4j", "clickhouse", "clickhouse-server", "mssql/server", "rabbitmq", "cockroach",
         "scylla", "arangodb", "rethinkdb", "kafka", "cp-kafka", "zookeeper", "solr"),
        _DATA,
    ),
    **dict.fromkeys(("redis", "valkey", "keydb", "etcd"), _SMALL_DATA),
    "memcached": Trait.DATABASE,
    **dict.fromkeys(
        ("logstash", "keycloak", "tomcat", "wildfly", "openjdk", "eclipse-temurin", "amazoncorretto", "activemq",
         "confluence", "jira", "jira-software", "bitbucket", "teamcity-server", "graylog", "metabase", "trino"),
        _JVM,
    ),
    **dict.fromkeys(("jenkins", "nexus3", "sonarqube", "gitlab-ce", "gitlab-ee"), _JVM | Trait.SINGLE_WRITER),
    **dict.fromkeys(
        ("prometheus", "loki", "victoria-metrics", "gitea", "forgejo", "uptime-kuma", "vaultwarden/server", "consul"),
        Trait.SINGLE_WRITER,
    ),
    **dict.fromkeys(("wordpress", "nextcloud"), Trait.FILE_VARIABLES),
    "traefik": Trait.PROXY | Trait.SOCKET,
    "caddy-docker-proxy": Trait.PROXY | Trait.SOCKET,
    **dict.fromkeys(
        ("swarm-cronjob", "visualizer", "shepherd", "gantry", "swarmpit/app", "swarmpit"),
        Trait.SWARM_API | Trait.SOCKET,
    ),
    **dict.fromkeys(("portainer", "portainer-ce", "portainer-ee"), Trait.SOCKET | Trait.SINGLE_WRITER),
    **dict.fromkeys(
        ("portainer/agent", "swarmpit/agent", "datadog/agent", "docker", "cadvisor", "dozzle", "telegraf", "netdata",
         "watchtower", "docker-socket-proxy", "socket-proxy", "promtail", "alloy", "vector", "filebeat", "metricbeat",
         "diun", "ofelia", "gitlab-runner", "act_runner", "drone", "drone-runner-docker", "woodpecker-agent",
         "docker-autoheal", "autoheal", "ctop", "dockge", "yacht"),
        Trait.SOCKET,
    ),
}  # fmt: skip

_PORTS: Final[dict[str, tuple[int, ...]]] = {
    **dict.fromkeys(("postgres", "postgresql", "postgis", "timescaledb", "pgvector"), (5432,)),
    **dict.fromkeys(("mysql", "mariadb", "percona", "percona-server"), (3306,)),
    **dict.fromkeys(("mongo", "mongodb"), (27017,)),
    **dict.fromkeys(("redis", "valkey", "keydb"), (6379,)),
    **dict.fromkeys(("elasticsearch", "opensearch"), (9200, 9300)),
    "cassandra": (9042, 7000),
    "clickhouse": (8123, 9000),
    "clickhouse-server": (8123, 9000),
    "couchdb": (5984,),
    "etcd": (2379, 2380),
    "influxdb": (8086,),
    "memcached": (11211,),
    "mssql/server": (1433,),
    "neo4j": (7687,),
    "rabbitmq": (5672,),
    "zookeeper": (2181,),
}


def traits_of(image: str | None) -> Trait:
    """What is known of an image."""
    name = name_of(image)
    return _TRAITS.get(name, Trait.NONE) if name else Trait.NONE


def native_ports(image: str | None) -> tuple[int, ...]:
    """The ports on which a database is asked."""
    return _PORTS.get(name_of(image), ())


@lru_cache(1024)
def name_of(image: str | None) -> str:
    """The name of an image without registry and tag: the last part of its path or, where that says too little, the
    last two. Empty where it is left open.
    """
    if not image:
        return ""
    known, is_open, _ = image.partition(OPEN)
    if is_open and known[-1:] not in (":", "@"):
        return ""
    parsed = reference(known.rstrip(":@") if is_open else image)
    if parsed is None:
        return ""
    parts = parsed.path.split("/")
    pair = "/".join(parts[-2:])
    return pair if pair in _TRAITS else parts[-1]


@lru_cache(1024)
def reference(image: str) -> ImageReference | None:
    """The parts of an image's name; None for what cannot be read, or holds an open variable."""
    try:
        return None if OPEN in image else ImageReference.parse(image)
    except ValueError:
        return None
