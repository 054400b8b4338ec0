"""Where to go after signing in: only ever to a page of this host."""

AFTER_SIGN_IN = "/board"


def safe_next(target: str | None) -> str:
    """`target` where it is a path on this host, otherwise the board.

    Browsers take `//host`, `/\\host` and, since they drop tabs and line ends, `/<tab>/host` for
    addresses of other hosts.
    """
    if not target or not target.startswith("/") or target.startswith("//"):
        return AFTER_SIGN_IN
    if "\\" in target or not target.isprintable() or target.startswith(_SIGNING):
        return AFTER_SIGN_IN
    return target


# Signing in must not lead back to signing in, or out.
_SIGNING = ("/sign-in", "/sign-out")
