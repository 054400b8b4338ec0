"""The WSGI entry point: `granian --interface wsgi wsgi:app`, or any other WSGI server."""

import gc

from leadapp import create_app

app = create_app()

# What is loaded by now lives as long as the process, so nobody need look through it for garbage.
gc.collect()
gc.freeze()
