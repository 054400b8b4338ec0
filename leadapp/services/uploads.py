"""Uploaded files: kept in the database, in pieces, until a job has read them."""

import hashlib
import io
import itertools
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import IO, Any

from sqlalchemy import delete, insert, select

from leadapp.errors import InvalidInput, UploadNotFound
from leadapp.extensions import db
from leadapp.imports.csv_reader import CsvFileError, CsvReader
from leadapp.imports.summary import summarize
from leadapp.models import Upload, UploadChunk
from leadapp.permissions import Actor
from leadapp.rules.values import clean_text, is_text

MAX_UPLOAD = 64 * 1024 * 1024
CHUNK = 1024 * 1024
_LONGEST_NAME = 200


def store_upload(stream: IO[bytes], *, name: str, actor: Actor, now: datetime) -> Upload:
    """Keep a CSV file, with a summary of its columns. Reads it piece by piece.

    Raises InvalidInput where it is no CSV file with a header and rows.
    """
    if actor.id is None:
        raise RuntimeError("A user uploads; a command reads the file itself.")
    shown = clean_text(name) or ""
    shown = shown[-_LONGEST_NAME:] if is_text(shown) else ""
    upload = Upload(
        name=shown or "file.csv", size=0, digest="", uploaded_by_id=actor.id, created_at=now
    )
    db.session.add(upload)
    db.session.flush()
    digest = hashlib.sha256()
    number = 0
    while piece := stream.read(CHUNK):
        digest.update(piece)
        upload.size += len(piece)
        values = {"upload_id": upload.id, "number": number, "content": piece}
        db.session.execute(insert(UploadChunk).values(values))
        number += 1
    upload.digest = digest.hexdigest()
    db.session.flush()
    try:
        with open_upload(upload) as content:
            # Not freed before the file is closed, which it would close with a warning.
            rows = CsvReader(content)
            summary = summarize(rows)
    except CsvFileError as error:
        raise InvalidInput([("file", str(error))]) from error
    if not summary["rows"]:
        message = "has no row that can be read" if summary["bad"] else "has no rows after the first"
        raise InvalidInput([("file", message)])
    upload.summary = summary
    db.session.flush()
    return upload


def get_upload(upload_id: int) -> Upload:
    """The upload. Raises UploadNotFound."""
    upload = db.session.get(Upload, upload_id)
    if upload is None:
        raise UploadNotFound(upload_id)
    return upload


def remove_upload(upload_id: int) -> None:
    """Remove an upload that nobody wants to import. Raises UploadNotFound."""
    removed = db.session.scalar(delete(Upload).where(Upload.id == upload_id).returning(Upload.id))
    if removed is None:
        raise UploadNotFound(upload_id)


@contextmanager
def open_upload(upload: Upload) -> Iterator["io.BufferedReader[Any]"]:
    """The content of an upload as a file on disk, which goes when it is closed."""
    with tempfile.TemporaryFile(buffering=0) as content:
        for number in itertools.count():
            statement = select(UploadChunk.content).where(
                UploadChunk.upload_id == upload.id, UploadChunk.number == number
            )
            piece = db.session.scalar(statement)
            if piece is None:
                break
            content.write(piece)
        content.seek(0)
        with io.BufferedReader(content) as reader:
            yield reader
