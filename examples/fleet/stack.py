"""A fleet made by a loop: a dict at the top level adds its services under its keys."""

from pystackdsl import Deploy, Network, OnFailure, Placement, Service, evolve, node, spread

jobs = Network(driver="overlay")
queue = Service(image="redis:7-alpine", networks=[jobs])

# The leading underscore keeps the template itself out of the stack.
_worker = Service(
    image="example/worker:2.1",
    networks=[jobs],
    environment={"QUEUE_HOST": "queue"},
    deploy=Deploy(
        replicas=2,
        restart=OnFailure(delay="5s"),
        placement=Placement(preferences=[spread(node.labels.rack)]),
    ),
)

workers = {
    f"worker-{topic}": evolve(_worker.with_environment({"TOPIC": topic}), command=["work", "--topic", topic])
    for topic in ("mail", "images", "reports")
}
