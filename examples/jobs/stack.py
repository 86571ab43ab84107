"""Jobs: tasks that run to their end. `docker stack deploy` runs every job of the stack again, changed or not."""

from pystackdsl import Deploy, Network, Never, OnFailure, Secret, Service

backend = Network(driver="overlay")
database_url = Secret(external=True)

# One task, tried three times.
migrate = Service(
    image="example/shop:1.4",
    command=["./manage.py", "migrate"],
    environment={"DATABASE_URL_FILE": database_url.path},
    secrets=[database_url],
    networks=[backend],
    deploy=Deploy(mode="replicated-job", replicas=1, restart=OnFailure(max_attempts=3)),
)
# One task on each node.
clean_up = Service(
    image="docker:27-cli",
    command=["docker", "image", "prune", "--force"],
    volumes=["/var/run/docker.sock:/var/run/docker.sock"],
    deploy=Deploy(mode="global-job", restart=Never()),
)
# No task by itself: another service starts one by the label's schedule.
backup = Service(
    image="example/shop:1.4",
    command=["./manage.py", "backup"],
    networks=[backend],
    deploy=Deploy(
        mode="replicated",
        replicas=0,
        labels={"swarm.cronjob.enable": "true", "swarm.cronjob.schedule": "0 3 * * *"},
        restart=Never(),
    ),
)
