"""The cloud that collectors are tried on."""

from tests.cloud import cloud, cloud_address

__all__ = ["cloud", "cloud_address"]
