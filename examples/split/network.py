"""The networks of the shop."""

from pystackdsl import Network

public = Network(driver="overlay")
backend = Network(driver="overlay", internal=True)
