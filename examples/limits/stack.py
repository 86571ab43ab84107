"""What a task may use at most (limits), and what a node must have free for it (reservations)."""

from pystackdsl import Deploy, Limits, Reservations, Resources, Service

redis = Service(
    image="redis:7-alpine",
    deploy=Deploy(
        resources=Resources(
            limits=Limits(cpus="0.50", memory="50M", pids=100),
            reservations=Reservations(cpus="0.25", memory="20M"),
        ),
    ),
)
