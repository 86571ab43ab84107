"""How tasks are found to be well, and how long things may take."""

from datetime import timedelta

from pystackdsl import Duration, Healthcheck, Root, Service

compose = Root(version="3.8")

a = Service(
    image="a:1",
    healthcheck=Healthcheck(
        test=["CMD", "curl", "-f", "http://localhost/health"],
        interval=timedelta(seconds=90),
        timeout="10s",
        retries=3,
        start_period=Duration.parse("40s"),
    ),
    stop_grace_period=timedelta(hours=1),
    stop_signal="SIGQUIT",
)
b = Service(image="b:1", healthcheck=Healthcheck(test="pg_isready || exit 1", interval="0.5s"))
c = Service(image="c:1", healthcheck=Healthcheck(disable=True))
