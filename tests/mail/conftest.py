"""The played cloud, for mail that goes through it."""

from tests.cloud import cloud, cloud_server

__all__ = ["cloud", "cloud_server"]
