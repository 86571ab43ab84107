"""What people of the shop see."""

from defaults import web_service
from network import backend, public

shop = web_service("example/shop:1.4", port=80, networks=[public, backend], replicas=3)
admin = web_service("example/shop-admin:1.4", port=8080, networks=[public, backend])
