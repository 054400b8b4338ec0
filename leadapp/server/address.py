"""Where the server listens, and whether that is free."""

import errno
import socket

from leadapp.config import Settings, SettingsError

# What a client on this machine connects to where the server listens everywhere.
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 (compared with, not bound)


def url_of(settings: Settings) -> str:
    """The address that a person on this machine opens."""
    host = EVERYWHERE.get(settings.host, settings.host)
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.port}"


def free_address(settings: Settings) -> str:
    """The numeric address to listen on. Raises SettingsError unless HOST and PORT can be used."""
    try:
        family, kind, _, _, sockaddr = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except OSError:
        raise SettingsError(f"HOST: there is no address {settings.host!r} here.") from None
    with socket.socket(family, kind) as probe:
        # Connections of a server that just ended do not count, a listening one does.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(sockaddr)
        except OSError as error:
            raise SettingsError(_refusal(error, settings)) from None
    return str(sockaddr[0])


def _refusal(error: OSError, settings: Settings) -> str:
    if isinstance(error, PermissionError):
        return f"PORT: {settings.port} is open to root alone; choose one from 1024 on."
    if error.errno == errno.EADDRNOTAVAIL:
        return f"HOST: this machine has no address {settings.host}."
    return (
        f"PORT: {settings.port} at {settings.host} is taken by another program; stop that, or "
        "choose another one: PORT=8001."
    )
