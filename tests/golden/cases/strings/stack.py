"""Texts that YAML could misread, and characters beyond ASCII."""

from pystackdsl import Root, Service

compose = Root(version="3.8")

a = Service(
    image="a:1",
    command="run --name \"two words\" --x='single'\n",
    labels={
        "traefik.enable": "true",
        "rule": "Host(`a.example`) && Path(`/x`)",
        "uni": "žluťoučký kůň 🐎",
        "yes": "no",
        "number": "0123",
        "multi": "line one\n  line two\n",
        "empty": "",
        "hash": "a # b",
        "int": 10,
        "float": 1.5,
        "nothing": None,
    },
)
