"""Extension fields for other tools."""

from pystackdsl import Network, Root, Service, Volume

compose = Root(version="3.8", x={"x-owner": {"team": "infra", "pager": [1, 2]}})

a = Service(image="a:1", x={"x-note": "kept"})
n = Network(x={"x-net": 1})
v = Volume(x={"x-vol": ["a"]})
