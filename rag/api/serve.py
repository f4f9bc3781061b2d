"""``rag api``: listen, answer until stopped."""

import socket
from collections.abc import Callable
from contextlib import ExitStack, suppress

import uvicorn

from rag.api.application import application
from rag.api.engines import opened_to_ask
from rag.api.settings import ApiSettings
from rag.config import Config
from rag.errors import ConfigError

GRACE = 5  # seconds in which answers may still end once it is stopped


def serve(config: Config, settings: ApiSettings, say: Callable[[str], None]) -> None:
    """Serve until stopped; raises ConfigError when the address is not to be had."""
    with listening(settings) as door, ExitStack() as stop:
        collections = opened_to_ask(config, say)
        stop.callback(collections.close)
        library = collections.of(config.collection).open_library
        count = len(library.snapshot().documents)  # read now, so that no question waits for it
        server = uvicorn.Server(server_settings(application(library, settings, collections)))
        say(f"rag: {count} documents on {address_of(door)}/v1; stop with Control-C.")
        with suppress(KeyboardInterrupt):  # raised again when all that was at work has ended
            server.run(sockets=[door])
        say("rag: the API has stopped.")


def server_settings(app: Callable[..., object]) -> uvicorn.Config:
    """How it is served: without a log of requests, which would tell who read what."""
    return uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE,
        ws="none",
    )


def listening(settings: ApiSettings) -> socket.socket:
    """The door, which opens once there is somebody to answer; raises ConfigError without one.

    Until then whoever knocks is refused and may go to another replica, instead of waiting.
    """
    door = socket.socket(socket.AF_INET6 if ":" in settings.address else socket.AF_INET)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        door.bind((settings.address, settings.port))
    except OSError as error:
        door.close()
        raise ConfigError(
            f"The API cannot listen on {settings.address}, port {settings.port} "
            f"({error.strerror}); choose another with --address and --port."
        ) from error
    return door


def address_of(door: socket.socket) -> str:
    """The web address of an open door."""
    host, port = door.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
