"""The only part that talks to Docker: connections, credentials, and calls of the Engine API, plain trees in and out."""
