"""A local server that plays AWS, on an address of this machine alone."""

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

from quarterdeck.collectors.embedded.running import running
from quarterdeck.collectors.embedded.stubs import App, Respond, Stubs
from quarterdeck.collectors.scope import HERE
from quarterdeck.model.errors import UsageError


@contextmanager
def server(*, stubs: Stubs | None = None) -> Iterator[str]:
    """Run an empty cloud on a free port of this machine while the block lasts.

    Args:
        stubs: What answers in its place first: what the local server lacks, and faults.

    Returns:
        Its address: `http://127.0.0.1:41234`.

    Raises:
        UsageError: The extra [embedded] is not installed.
    """
    try:
        from moto.moto_server.werkzeug_app import (  # noqa: PLC0415 - heavy, and only to try things out
            DomainDispatcherApplication,
            create_backend_app,
        )
        from werkzeug.serving import WSGIRequestHandler, make_server  # noqa: PLC0415 - likewise
    except ImportError:
        raise UsageError(
            "Playing AWS takes the extra [embedded]: pip install 'quarterdeck[embedded]'."
        ) from None
    WSGIRequestHandler.protocol_version = (
        "HTTP/1.1"  # one connection for many questions, as the service has it
    )
    app = _one_at_a_time(DomainDispatcherApplication(create_backend_app))
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    listening = make_server(HERE, 0, (stubs or Stubs()).around(app), threaded=True)
    try:
        with running(listening):
            yield f"http://{HERE}:{listening.port}"
    finally:
        _forget()


def _one_at_a_time(app: App) -> App:
    """The same server, whose answers each are one step, as a conditional write is one step of the services.

    The local server looks at a condition first and writes afterwards: two threads would both find it met.
    """
    lock = Lock()

    def alone(environ: dict[str, Any], respond: Respond) -> Iterable[bytes]:
        with lock:
            return list(app(environ, respond))

    return alone


def _forget() -> None:
    """The local server keeps its state in the process: the next one starts empty."""
    from moto.core.base_backend import BackendDict  # noqa: PLC0415 - as above
    from moto.core.model_instances import reset_model_data  # noqa: PLC0415 - as above

    BackendDict.reset()
    reset_model_data()


@contextmanager
def embedded() -> Iterator[str]:
    """Run the sample estate on a free port of this machine while the block lasts; gives its address."""
    from quarterdeck.collectors.embedded.estate import estate  # noqa: PLC0415 - needs the client library

    stubs = Stubs()
    with server(stubs=stubs) as address:
        estate(address, stubs)
        yield address
