# syntax=docker/dockerfile:1

FROM python:3.13-slim-bookworm AS build
WORKDIR /srv/leadapp
RUN python -m venv .venv
COPY requirements/runtime.txt requirements/
RUN .venv/bin/python -m pip install --no-cache-dir --require-hashes -r requirements/runtime.txt
COPY pyproject.toml README.md wsgi.py ./
COPY leadapp leadapp
COPY migrations migrations
COPY static static
COPY templates templates
# In place, as everywhere: pages and styles are read from beside the package. Then what built it goes.
RUN .venv/bin/python -m pip install --no-cache-dir --no-deps --no-build-isolation --editable . \
    && .venv/bin/python -m compileall -q leadapp \
    && .venv/bin/python -m pip uninstall --yes setuptools pip

FROM python:3.13-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /srv/leadapp leadapp \
    && install --directory --owner leadapp --mode 0700 /var/lib/leadapp \
    && python -m pip uninstall --yes pip
COPY --from=build /srv/leadapp /srv/leadapp
WORKDIR /srv/leadapp
ENV PATH=/srv/leadapp/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    HOST=0.0.0.0 \
    PORT=8000 \
    LEADAPP_DATA_DIR=/var/lib/leadapp
USER 10001
VOLUME /var/lib/leadapp
EXPOSE 8000
# There is no curl in here, and Python is.
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/health', timeout=2)"]
CMD ["leadapp", "serve"]
