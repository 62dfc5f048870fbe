"""The cloud that collectors are tried on."""

from tests.cloud import cloud, cloud_server

__all__ = ["cloud", "cloud_server"]
