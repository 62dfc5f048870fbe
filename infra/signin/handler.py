"""Where AWS Lambda begins: reads the settings once, and does not start without them (F-185)."""

import logging
import os
import secrets
import time
from collections.abc import Mapping
from typing import Any

import boto3
from botocore.config import Config as Calls

from signin.app import Answer, SignIn
from signin.config import config_of
from signin.mail import by_ses
from signin.table import Table

logging.getLogger("signin").setLevel(logging.INFO)

_CONFIG = config_of(os.environ)
_CALLS = Calls(connect_timeout=1, read_timeout=2, retries={"mode": "standard", "total_max_attempts": 2})
_SIGN_IN = SignIn(
    _CONFIG,
    Table(boto3.client("dynamodb", config=_CALLS), _CONFIG.table),
    by_ses(boto3.client("sesv2", region_name=_CONFIG.mail_region or None, config=_CALLS)),
    now=lambda: int(time.time()),
    random=secrets.token_bytes,
)


def handler(event: Mapping[str, Any], context: object) -> Answer:
    """Answer one request of the function's address."""
    del context
    return _SIGN_IN.answer(event)
