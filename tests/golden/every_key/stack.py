"""Every key that the model declares, each said at least once; a test fails when one is missing here.

What cannot stand together in one service (a test and `disable`, `restart` and `deploy.restart_policy`, the three
kinds of credential) is spread over several.
"""

from pystackdsl import (
    AccessibilityRequirements,
    AccessMode,
    BindOptions,
    Build,
    CapacityRange,
    ClusterVolumeSpec,
    Config,
    CredentialSpec,
    Deploy,
    GenericResource,
    Healthcheck,
    Ipam,
    IpamConfig,
    Limits,
    Logging,
    Mount,
    MountVolume,
    Network,
    OnFailure,
    Placement,
    Port,
    Reservations,
    Resources,
    RollbackConfig,
    Root,
    Secret,
    Service,
    TmpfsOptions,
    Topology,
    Ulimit,
    UpdateConfig,
    Volume,
    node,
    spread,
)

compose = Root(version="3.13", x={"x-owner": {"team": "shop", "pager": [1, 2.5, True, None]}})

edge = Network(external=True, name="traefik-public", x={"x-scope": "swarm"})
back = Network(
    name="shop-back",
    driver="overlay",
    driver_opts={"encrypted": "true", "com.docker.network.driver.mtu": 1400},
    attachable=True,
    internal=True,
    ipam=Ipam(driver="default", config=[IpamConfig(subnet="10.42.0.0/24"), IpamConfig(subnet="10.42.1.0/24")]),
    labels={"zone": "private"},
)

uploads = Volume(
    name="uploads-{{.Task.Slot}}",
    driver="local",
    driver_opts={"type": "nfs", "o": "addr=10.0.0.10,rw", "device": ":/export/uploads"},
    labels=["backup=daily", "tier"],
)
archive = Volume(external=True, name="archive-2024", x={"x-keep": "10 years"})
lake = Volume(
    cluster_spec=ClusterVolumeSpec(
        group="fast",
        access_mode=AccessMode(
            scope="single", sharing="none", mount_volume=MountVolume(fs_type="ext4", mount_flags=["noatime"])
        ),
        accessibility_requirements=AccessibilityRequirements(
            requisite=[Topology(segments={"region": "R1"})], preferred=[Topology(segments={"zone": "Z1"})]
        ),
        capacity_range=CapacityRange(required_bytes="10G", limit_bytes="20G"),
        availability="active",
    )
)
raw = Volume(cluster_spec=ClusterVolumeSpec(access_mode=AccessMode(scope="multi", block_volume={})))

password = Secret(file="./password.txt", labels={"owner": "db"}, template_driver="golang")
vaulted = Secret(driver="vault", driver_opts={"path": "shop/api"}, name="api-key-2")
certificate = Secret(external=True, name="wildcard.example.org", x={"x-rotated": "yearly"})

settings = Config(
    file="./settings.ini",
    name="settings-2",
    labels={"owner": "api"},
    template_driver="golang",
    x={"x-format": "ini"},
)
accounts = Config(external=True, name="gmsa-accounts")

db = Service(image="postgres:16", networks=[back], volumes=[uploads.at("/var/lib/postgresql/data")], expose=[5432])

api = Service(
    image="registry.example.org:5000/shop/api:1.4",
    command=["serve", "--port", "8000", "price: 5$"],
    entrypoint="/usr/bin/env 'the server'",
    environment={
        "PASSWORD_FILE": password.path,
        "SETTINGS": f"file://{settings.path}",
        "WORKERS": 4,
        "FROM_SHELL": None,
    },
    env_file=["./settings.env"],
    ports=[
        "8080-8082:8000-8002/udp",
        "9090",
        Port(target=8443, published=443, protocol="tcp", mode="host"),
    ],
    networks=[
        back.attach(
            aliases=["api.internal"], driver_opts={"weight": 1}, ipv4_address="10.42.0.7", ipv6_address="fd00::7"
        ),
        edge,
    ],
    volumes=[
        archive.at("/archive", read_only=True, nocopy=True, subpath="2024", consistency="cached"),
        lake.at("/lake"),
        raw.at("/raw"),
        "./static:/srv/static:ro",
        Mount(type="bind", source="/srv/shared", target="/shared", bind=BindOptions(propagation="rshared")),
        Mount(type="tmpfs", target="/scratch", tmpfs=TmpfsOptions(size="64M")),
    ],
    secrets=[password, vaulted.at("key"), certificate.at("tls.pem", uid="70", gid="71", mode=0o400)],
    configs=[settings, settings.at("/etc/shop.ini", uid="70", gid="71", mode=0o440)],
    deploy=Deploy(
        mode="replicated",
        replicas=3,
        endpoint_mode="vip",
        labels={"traefik.enable": "true"},
        update_config=UpdateConfig(
            parallelism=2,
            delay="10s",
            failure_action="rollback",
            monitor="1m",
            max_failure_ratio=0.25,
            order="start-first",
        ),
        rollback_config=RollbackConfig(
            parallelism=0,
            delay="0s",
            failure_action="pause",
            monitor="30s",
            max_failure_ratio=0.5,
            order="stop-first",
        ),
        resources=Resources(
            limits=Limits(cpus="0.50", memory="512M", pids=100),
            reservations=Reservations(cpus=0.25, memory="128M", generic_resources=[GenericResource.of("gpu", 2)]),
        ),
        restart=OnFailure(delay="5s", max_attempts=3, window="2m"),
        placement=Placement(
            constraints=[node.role == "worker", node.labels.zone != "b"],
            preferences=[spread(node.labels.rack)],
            max_replicas_per_node=2,
        ),
    ),
    healthcheck=Healthcheck(
        test=["CMD", "curl", "-f", "http://localhost:8000/health"],
        interval="1m30s",
        timeout="10s",
        retries=3,
        start_period="40s",
        start_interval="500ms",
    ),
    labels={"org.example.note": 'a "quoted": note'},
    logging=Logging(driver="json-file", options={"max-size": "10m", "max-file": 3}),
    hostname="{{.Node.Hostname}}-api",
    user="1000:1000",
    working_dir="/srv",
    stop_grace_period="1h",
    stop_signal="SIGQUIT",
    tty=True,
    stdin_open=True,
    read_only=True,
    init=False,
    isolation="default",
    sysctls={"net.core.somaxconn": 1024},
    cap_add=["NET_ADMIN"],
    cap_drop=["ALL"],
    ulimits={"nproc": 65535, "nofile": Ulimit(soft=20000, hard=40000)},
    dns=["1.1.1.1", "8.8.8.8"],
    dns_search="example.org",
    extra_hosts=["old-db:10.0.0.5", "v6:2001:db8::1"],
    x={"x-note": "kept"},
)

legacy = Service(
    image="shop/legacy",
    restart="always",
    oom_score_adj=500,
    depends_on=[db, "api"],
    tmpfs=["/run", "/tmp:size=64m"],
    build=Build(
        context="./legacy",
        dockerfile="Dockerfile.old",
        args={"VERSION": 2, "TOKEN": None},
        labels={"stage": "build"},
        cache_from=["shop/legacy:cache"],
        extra_hosts={"mirror": "10.0.0.9"},
        network="host",
        target="final",
        shm_size="64M",
    ),
    cgroupns_mode="private",
    cgroup_parent="/shop",
    container_name="legacy",
    devices=["/dev/ttyUSB0:/dev/ttyUSB0"],
    domainname="example.org",
    external_links=["elsewhere:other"],
    ipc="host",
    links=["db:database"],
    mac_address="02:42:ac:11:65:43",
    network_mode="host",
    pid="host",
    privileged=True,
    security_opt=["label:disable"],
    shm_size="256M",
    userns_mode="host",
    healthcheck=Healthcheck(disable=True),
    credential_spec=CredentialSpec(config=accounts),
)

windows = Service(image="shop/windows", credential_spec=CredentialSpec(file="shop.json"))
registry = Service(image="shop/registry", credential_spec=CredentialSpec(registry="shop"))
