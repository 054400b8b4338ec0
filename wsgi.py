"""The WSGI entry point: `granian --interface wsgi wsgi:app`, or any other WSGI server."""

from leadapp import create_app

app = create_app()
