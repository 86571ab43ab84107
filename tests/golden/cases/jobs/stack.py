"""Tasks that run to their end."""

from pystackdsl import Deploy, Never, OnFailure, Root, Service

compose = Root(version="3.13")

migrate = Service(
    image="app:1",
    command=["migrate", "--all"],
    deploy=Deploy(mode="replicated-job", replicas=4, restart=OnFailure(max_attempts=2)),
)
clean = Service(image="app:1", entrypoint="/bin/clean", deploy=Deploy(mode="global-job", restart=Never()))
