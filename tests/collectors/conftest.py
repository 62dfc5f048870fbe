"""The cloud and the repositories that collectors are tried on."""

from tests.cloud import cloud, cloud_server
from tests.repos import repo

__all__ = ["cloud", "cloud_server", "repo"]
