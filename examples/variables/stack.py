"""Values left open until deploy time: `build` writes `${TAG:-latest}`, and `docker stack deploy` fills it in."""

from pystackdsl import Deploy, Service, var

web = Service(
    image=f"example/shop:{var('TAG', default='latest')}",
    environment={
        "SENTRY_DSN": var("SENTRY_DSN", required="copy it from the project settings"),
        "PRICE_NOTE": "from $5",  # a dollar sign in Python is a dollar sign
    },
    ports=[f"{var('PORT', int, default=8080)}:80"],
    deploy=Deploy(replicas=var("REPLICAS", int, default=2)),
)
