"""The only part that talks to Docker: connections, credentials, and calls of the Engine API, plain trees in and out."""

from pystackdsl.swarm.engine.client import Created, Engine, Resolved
from pystackdsl.swarm.engine.connection import connect
from pystackdsl.swarm.engine.streams import LogLine

__all__ = ["Created", "Engine", "LogLine", "Resolved", "connect"]
