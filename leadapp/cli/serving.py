"""`leadapp serve`."""

import click


@click.command()
def serve() -> None:
    """Serve the pages and the API at HOST:PORT (127.0.0.1:8000).

    Starts the embedded database where DATABASE_URL is not set, migrates, and gives an empty
    database its first admin (LEADAPP_ADMIN_EMAIL, LEADAPP_ADMIN_PASSWORD) and, where it is the
    embedded one or LEADAPP_DEMO=1, the demo company. Ctrl-C stops all of it.
    """
    from leadapp.config import load_settings
    from leadapp.server.serve import serve as run

    run(load_settings())
