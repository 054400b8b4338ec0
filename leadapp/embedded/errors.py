"""The one way in which the embedded PostgreSQL fails."""


class EmbeddedError(Exception):
    """The embedded PostgreSQL cannot run; the text is one line that says what to do."""
