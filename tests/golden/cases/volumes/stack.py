"""Volumes: with names and without, of the stack and from outside, paths of the node, memory."""

from pystackdsl import BindOptions, Mount, Root, Service, TmpfsOptions, Volume

compose = Root(version="3.8")

named = Volume()
named_ro = Volume()
fresh = Volume(name="fresh-{{.Task.Slot}}")
shared = Volume(external=True, name="shared-data")

a = Service(
    image="a:1",
    volumes=[
        "/anonymous",
        named.at("/named"),
        named_ro.at("/named_ro", read_only=True),
        fresh.at("/fresh", nocopy=True),
        "/srv/host:/host",
        named.at("/named2", nocopy=True),
        Mount(
            type="bind",
            source="/srv/bound",
            target="/bound",
            read_only=True,
            bind=BindOptions(propagation="rshared"),
        ),
        Mount(type="tmpfs", target="/scratch", tmpfs=TmpfsOptions(size="1M")),
    ],
)
