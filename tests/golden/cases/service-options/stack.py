"""The smaller keys of a service."""

from pystackdsl import CredentialSpec, Deploy, Logging, Root, Service

compose = Root(version="3.13")

b = Service(image="b:1", deploy=Deploy(replicas=0))
a = Service(
    image="a:1",
    init=True,
    tty=True,
    stdin_open=True,
    read_only=True,
    working_dir="/w",
    domainname="example.org",
    isolation="default",
    dns=["1.1.1.1", "8.8.8.8"],
    dns_search="example.com",
    extra_hosts=["db:10.0.0.5", "v6:2001:db8::1"],
    tmpfs=["/run", "/tmp:size=64m"],
    credential_spec=CredentialSpec(registry="my-spec"),
    depends_on=[b],
    logging=Logging(driver="gelf", options={"gelf-address": "udp://127.0.0.1:12201"}),
    deploy=Deploy(endpoint_mode="dnsrr"),
)
