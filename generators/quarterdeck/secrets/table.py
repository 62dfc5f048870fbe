"""The table of detectors, SEC-01 to SEC-62."""

from quarterdeck.secrets.clouds import CLOUDS
from quarterdeck.secrets.code_hosts import CODE_HOSTS
from quarterdeck.secrets.files import FILES
from quarterdeck.secrets.generic import GENERIC
from quarterdeck.secrets.keys import KEYS
from quarterdeck.secrets.messages import MESSAGES
from quarterdeck.secrets.payments import PAYMENTS
from quarterdeck.secrets.services import SERVICES
from quarterdeck.secrets.shapes import Detector

DETECTORS: dict[str, Detector] = {
    one.code: one
    for table in (PAYMENTS, CLOUDS, MESSAGES, CODE_HOSTS, SERVICES, KEYS, FILES, GENERIC)
    for one in table
}
"""Every detector by code, in order."""

BY_NAME: dict[str, Detector] = {one.name: one for one in DETECTORS.values()}
