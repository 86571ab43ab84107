"""Faults of mounts and volumes."""

from __future__ import annotations

from model.faults.case import fault, mounting

from pystackdsl import (
    AccessibilityRequirements,
    BindOptions,
    CapacityRange,
    ClusterVolumeSpec,
    Mount,
    Stack,
    TmpfsOptions,
    Topology,
    Volume,
    VolumeOptions,
)

fault(
    "deploy",
    "two mounts at one target",
    lambda: mounting("/a:/data", "/b:/data"),
    "services.web.volumes[1]",
    "service web mounts two things at /data",
)
fault(
    "tasks",
    "two mounts at one target, spelled twice",
    lambda: mounting("/etc:/data", "/etc:/data/"),
    "services.web.volumes[1]",
    "service web mounts two things at /data",
)
fault(
    "tasks",
    "relative target",
    lambda: mounting("/etc:data"),
    "services.web.volumes[0].target",
    'service web mounts something at "data", which is no absolute path',
)
fault(
    "tasks",
    "no target",
    lambda: mounting(Mount(type="tmpfs")),
    "services.web.volumes[0]",
    "service web has a mount without a target",
)
fault(
    "tasks",
    "target at the root",
    lambda: mounting(Mount(type="tmpfs", target="/")),
    "services.web.volumes[0].target",
    "service web mounts something over its whole file system",
)
fault(
    "deploy",
    "tmpfs with a source",
    lambda: mounting(Mount(type="tmpfs", source="/a", target="/x")),
    "services.web.volumes[0].source",
    "service web mounts a tmpfs from somewhere",
)
fault(
    "config",
    "bind without a source",
    lambda: mounting(Mount(type="bind", target="/x")),
    "services.web.volumes[0]",
    "service web has a bind mount without a source",
)
for kind in ("npipe", "cluster", "image"):
    fault(
        "deploy",
        f"{kind} without a source",
        lambda kind=kind: mounting(Mount(type=kind, target="/x")),  # type: ignore[misc]
        "services.web.volumes[0]",
        f"service web has a {kind} mount without a source",
    )
fault(
    "deploy",
    "image mount",
    lambda: mounting(Mount(type="image", source="busybox", target="/x")),
    "services.web.volumes[0].type",
    "service web mounts an image, which Engines before 29 refuse for services",
    error=False,
)
fault(
    "ours",
    "bind of a volume",
    lambda: mounting(Mount(type="bind", source=(data := Volume()), target="/x"), volumes={"data": data}),
    "services.web.volumes[0].source",
    "service web has a bind mount of a volume",
)
fault(
    "deploy",
    "volume by name",
    lambda: mounting(Mount(type="volume", source="data", target="/x")),
    "services.web.volumes[0].source",
    'service web names the volume "data"',
)
for kind, source, option, value in (
    ("bind", "/etc", "volume", VolumeOptions(nocopy=True)),
    ("bind", "/etc", "tmpfs", TmpfsOptions(size="1M")),
    ("volume", None, "bind", BindOptions(propagation="shared")),
    ("volume", None, "tmpfs", TmpfsOptions(size="1M")),
    ("tmpfs", None, "volume", VolumeOptions(nocopy=True)),
    ("tmpfs", None, "bind", BindOptions(propagation="shared")),
    ("npipe", "x", "volume", VolumeOptions(nocopy=True)),
):
    fault(
        "deploy",
        f"{option} options of a {kind} mount",
        lambda kind=kind, source=source, option=option, value=value: mounting(  # type: ignore[misc]
            Mount(type=kind, source=source, target="/x", **{option: value})
        ),
        f"services.web.volumes[0].{option}",
        f"service web gives {option} options to a {kind} mount",
    )
for name, value in (("driver", "local"), ("driver_opts", {"a": "b"}), ("labels", {"a": "b"})):
    fault(
        "config",
        f"external volume with {name}",
        lambda name=name, value=value: Stack(volumes={"data": Volume(external=True, **{name: value})}),  # type: ignore[misc]
        f"volumes.data.{name}",
        f"volume data is external and says {name}",
    )
fault(
    "config",
    "external cluster volume",
    lambda: Stack(volumes={"data": Volume(external=True, cluster_spec=ClusterVolumeSpec(group="g"))}),
    "volumes.data.x-cluster-spec",
    "volume data is external and says cluster_spec",
)
fault(
    "config",
    "negative tmpfs",
    lambda: mounting(Mount(type="tmpfs", target="/x", tmpfs=TmpfsOptions(size=-1))),
    "services.web.volumes[0].tmpfs.size",
    "service web has a tmpfs of the size -1",
)
fault(
    "config",
    "negative capacity",
    lambda: Stack(
        volumes={"lake": Volume(cluster_spec=ClusterVolumeSpec(capacity_range=CapacityRange(limit_bytes=-5)))}
    ),
    "volumes.lake.x-cluster-spec.capacity_range.limit_bytes",
    "volume lake has the size -5",
)
fault(
    "ours",
    "topology without a name",
    lambda: Stack(
        volumes={
            "lake": Volume(
                cluster_spec=ClusterVolumeSpec(
                    accessibility_requirements=AccessibilityRequirements(requisite=[Topology(segments={"": "x"})])
                )
            )
        }
    ),
    "volumes.lake.x-cluster-spec.accessibility_requirements.requisite[0].segments",
    "a topology of volume lake has an empty name",
)
