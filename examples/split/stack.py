"""A large stack split over files: what is imported here belongs to the stack, under the same names."""

from data import db, db_data, queue
from network import backend, public
from web import admin, shop

__all__ = ["admin", "backend", "db", "db_data", "public", "queue", "shop"]
