"""The smallest stack."""

from pystackdsl import Root, Service

compose = Root(version="3.13")

a = Service(image="a")
