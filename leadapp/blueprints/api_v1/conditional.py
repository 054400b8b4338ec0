"""ETag, If-Match and If-None-Match."""

import re
import zlib
from collections.abc import Callable

from flask import request

from leadapp.errors import VersionConflict

# Strong tags alone: a weak one never suffices for a change (RFC 9110, section 13.1.1).
_TAG = re.compile(r'\s*(W/)?"([^"]*)"\s*(?:,|$)')
_OURS = re.compile(r"([0-9]{1,9})(?:-[0-9a-f]{8})?")


def etag_of(version: int, body: bytes) -> str:
    """The tag of an answer: the record's version and a checksum.

    The version alone would not do for reading: a score goes stale, and an owner is renamed, without
    a change of the record. If-Match looks at the version only, and takes it alone as well.
    """
    return f'"{version}-{zlib.crc32(body):08x}"'


def is_unchanged(etag: str) -> bool:
    """Whether the caller has just this answer already."""
    header: str | None = request.environ.get("HTTP_IF_NONE_MATCH")
    if header is None:
        return False
    return header.strip() == "*" or any(f'"{tag[2]}"' == etag for tag in _TAG.finditer(header))


def expected_version(present: Callable[[], int]) -> int | None:
    """The version that If-Match demands, or None where it demands none.

    `present` reads the record's version; it is asked only where the header names several, or none
    that we ever gave out. Raises what it raises, and VersionConflict.
    """
    header: str | None = request.environ.get("HTTP_IF_MATCH")
    if header is None or header.strip() == "*":
        return None
    strong = [tag[2] for tag in _TAG.finditer(header) if not tag[1]]
    versions = {int(ours[1]) for tag in strong if (ours := _OURS.fullmatch(tag))}
    if len(versions) == 1:
        return versions.pop()
    version = present()
    if version not in versions:
        raise VersionConflict(None, version)
    return version
