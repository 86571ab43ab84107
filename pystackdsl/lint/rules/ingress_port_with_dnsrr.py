"""A service without an address of its own publishes a port on every node.

The routing mesh sends what comes in on a published port to the service's virtual IP, and with `endpoint_mode: dnsrr`
there is none. Every Engine refuses the service; Docker's client does not see it, and stops in the midst of a deploy.

## Bad

```python
web = Service(image="nginx:1.27", ports=["80:80"], deploy=Deploy(endpoint_mode="dnsrr"))
```

## Good

```python
web = Service(
    image="nginx:1.27",
    ports=[Port(target=80, published=80, mode="host")],
    deploy=Deploy(endpoint_mode="dnsrr"),
)
```

## When to ignore it

It cannot be ignored: the deploy would fail.
"""

from typing import Final

from pystackdsl.lint.rule import Severity, told_as

ID: Final = "PSD405"
SEVERITY: Final = Severity.ERROR
IS_FIRM: Final = True
find: Final = told_as("ingress-port-with-dnsrr")
