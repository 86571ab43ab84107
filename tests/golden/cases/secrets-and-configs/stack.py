"""A database that is given secrets, configs and a volume on a file server."""

from pystackdsl import Config, Root, Secret, Service, Volume

compose = Root(version="3.8")

db_password = Secret(external=True)
tls_key = Secret(external=True, name="tls_key_v2")
pg_conf = Config(external=True)
pg_hba = Config(external=True, name="hba_2024")
data = Volume(
    driver="local",
    driver_opts={"type": "nfs", "o": "addr=10.0.0.10,rw", "device": ":/export/pg"},
    labels=["backup=daily", "tier"],
)

db = Service(
    image="postgres:16",
    environment=[f"POSTGRES_PASSWORD_FILE={db_password.path}", "PGDATA=/var/lib/postgresql/data"],
    secrets=[db_password, tls_key.at("server.key", uid="70", gid="70", mode=0o400)],
    configs=[pg_conf.at("/etc/postgresql.conf", mode=0o444), pg_hba],
    volumes=[data.at("/var/lib/postgresql/data")],
)
