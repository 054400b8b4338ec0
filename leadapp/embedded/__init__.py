"""The embedded PostgreSQL for a machine that has none.

``serving(data_dir)`` joins the server that runs on a data directory, or starts one for its own
length. See ``launcher.py`` for what that promises.
"""

from leadapp.embedded.binaries import program
from leadapp.embedded.errors import EmbeddedError
from leadapp.embedded.launcher import owner_of, serving
from leadapp.embedded.server import Server

__all__ = ["EmbeddedError", "Server", "owner_of", "program", "serving"]
