"""What YAML does by anchors: values in variables, and copies with changes."""

from pystackdsl import Always, Deploy, Logging, Root, Service, evolve

defaults = {
    "image": "base:1",
    "logging": {"driver": "json-file", "options": {"max-size": "10m", "max-file": 3}},
    "deploy": {"replicas": 2, "restart_policy": {"condition": "any"}},
}
env = {"LEVEL": "info", "REGION": "eu"}

compose = Root(version="3.8", x={"x-defaults": defaults, "x-env": env})

_logging = Logging(driver="json-file", options={"max-size": "10m", "max-file": 3})
_service = Service(image="base:1", logging=_logging, deploy=Deploy(replicas=2, restart=Always()))

one = evolve(_service, environment=env)
two = evolve(_service, environment=env).with_environment({"LEVEL": "debug"}).with_deploy(replicas=5)
three = Service(image="other:3", logging=_logging)
