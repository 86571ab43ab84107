"""A stack file that takes the whole language at once. Checked by mypy --strict and pyright, never run."""

from pystackdsl import *  # noqa: F403

backend = Network(driver="overlay")  # noqa: F405
web = Service(  # noqa: F405
    image="nginx",
    networks=[backend.alias("www")],
    deploy=Deploy(replicas=2, restart=OnFailure(delay="5s")),  # noqa: F405
)
api = evolve(web, image="api")  # noqa: F405
Service(image=3)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]  # noqa: F405
