"""Values left open until the stack is deployed."""

from pystackdsl import Deploy, Placement, Root, Service, node, var

compose = Root(version="3.8")

zone = var("ZONE", required="zone is needed")

app = Service(
    image=f"{var('REGISTRY')}/app:{var('TAG', default='latest')}",
    environment={
        "A": var("UNSET"),
        "B": var("TAG"),
        "C": var("UNSET", default="with spaces"),
        "D": "price: 5$",
        "E": var("ZONE", default="1"),
    },
    command=f"sh -c 'echo $HOME {zone}'",
    deploy=Deploy(replicas=var("REPLICAS", int), placement=Placement(constraints=[node.labels.zone == var("ZONE")])),
)
