"""The managed lists: sources, and business domains.

Leads point at an entry by id. Renaming and merging change entries alone: never leads, evidence or
assessments, and nothing becomes stale by it. A merged entry keeps its id, its key (so that input
under the old name finds its way) and its rule key, and shows the name of the entry it went into.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError

from leadapp.errors import InvalidInput, ListEntryNotFound
from leadapp.extensions import db
from leadapp.models import BusinessDomain, Company, Source
from leadapp.permissions import Actor
from leadapp.rules.values import check_text, clean_text, normalize_list_key
from leadapp.services import events

NAME_LIMIT = 80
# How many known entries a refusal names.
SHOWN_ENTRIES = 40

Entry = TypeVar("Entry", Source, BusinessDomain)

_NOUN: dict[type[object], str] = {Source: "source", BusinessDomain: "business domain"}
_KIND: dict[type[object], str] = {Source: "source", BusinessDomain: "domain"}


def resolve_source(name: str | None, *, field: str = "source") -> int:
    """The id of the source of this name; of what it went into, if it was merged.

    Raises InvalidInput with the known names for an unknown or blank one.
    """
    cleaned = check_text(name, field=field, limit=NAME_LIMIT)
    source_id = _find(Source, cleaned) if cleaned else None
    if source_id is None:
        raise InvalidInput([(field, f"must be one of {_known_names(Source)}")])
    return source_id


def resolve_domain(
    name: str | None, *, actor: Actor, now: datetime, field: str = "business_domain"
) -> int | None:
    """The id of the business domain of this name, which joins the list on first use.

    None for a blank name. Raises InvalidInput as `check_domain`.
    """
    domain_id = check_domain(name, field=field)
    cleaned = clean_text(name)
    if domain_id is not None or cleaned is None:
        return domain_id
    domain_id = _insert(
        BusinessDomain, name=cleaned, key=normalize_list_key(cleaned), created_at=now
    )
    if domain_id is None:
        # Somebody else added it at the same moment.
        return _find(BusinessDomain, cleaned)
    events.record("domain_added", actor=actor, now=now, domain_id=domain_id, to=cleaned)
    return domain_id


def check_domain(name: str | None, *, field: str = "business_domain") -> int | None:
    """The id of the business domain of this name, None for a blank or a new one.

    Raises InvalidInput with the known names for a new one while the list is closed.
    """
    cleaned = check_text(name, field=field, limit=NAME_LIMIT)
    if cleaned is None:
        return None
    domain_id = _find(BusinessDomain, cleaned)
    if domain_id is None and db.session.scalar(select(Company.domains_closed)):
        raise InvalidInput([(field, f"must be one of {_known_names(BusinessDomain)}")])
    return domain_id


def add_source(name: str, *, actor: Actor, now: datetime) -> Source:
    """Add a source. To the rule table it is one of "any other", unless its name is a known one.

    Raises InvalidInput for a blank name and for one that is taken.
    """
    cleaned, key = _checked_name(name)
    source_id = _insert(Source, name=cleaned, key=key, rule_key=key, created_at=now)
    if source_id is None:
        raise _taken(Source, key)
    events.record("source_added", actor=actor, now=now, source_id=source_id, to=cleaned)
    return _get(Source, source_id)


def add_domain(name: str, *, actor: Actor, now: datetime) -> BusinessDomain:
    """Add a business domain, also while the list is closed. Raises InvalidInput as add_source."""
    cleaned, key = _checked_name(name)
    domain_id = _insert(BusinessDomain, name=cleaned, key=key, created_at=now)
    if domain_id is None:
        raise _taken(BusinessDomain, key)
    events.record("domain_added", actor=actor, now=now, domain_id=domain_id, to=cleaned)
    return _get(BusinessDomain, domain_id)


def get_source(source_id: int) -> Source:
    """The source of this id. Raises ListEntryNotFound."""
    return _get(Source, source_id)


def get_domain(domain_id: int) -> BusinessDomain:
    """The business domain of this id. Raises ListEntryNotFound."""
    return _get(BusinessDomain, domain_id)


def rename_source(source_id: int, name: str, *, actor: Actor, now: datetime) -> Source:
    """Rename a source, and with it what was merged into it. Its rule key stays.

    Raises ListEntryNotFound, and InvalidInput for a blank name, a taken one or a merged source.
    """
    return _rename(Source, source_id, name, actor=actor, now=now)


def merge_source(source_id: int, into_id: int, *, actor: Actor, now: datetime) -> Source:
    """Merge a source into another one; returns the merged one.

    Raises ListEntryNotFound, and InvalidInput where one of them is merged already or both are one.
    """
    return _merge(Source, source_id, into_id, actor=actor, now=now)


def rename_domain(domain_id: int, name: str, *, actor: Actor, now: datetime) -> BusinessDomain:
    """Rename a business domain, and with it what was merged into it. Raises as rename_source."""
    return _rename(BusinessDomain, domain_id, name, actor=actor, now=now)


def merge_domain(domain_id: int, into_id: int, *, actor: Actor, now: datetime) -> BusinessDomain:
    """Merge a business domain into another one; returns the merged one. Raises as merge_source."""
    return _merge(BusinessDomain, domain_id, into_id, actor=actor, now=now)


def set_domains_closed(closed: bool, *, actor: Actor, now: datetime) -> None:
    """Close the list of business domains to new names, or open it again."""
    changed = db.session.scalar(
        update(Company)
        .where(Company.domains_closed != closed)
        .values(domains_closed=closed)
        .returning(Company.id)
    )
    if changed:
        events.record("domains_closed" if closed else "domains_opened", actor=actor, now=now)


def list_sources() -> Sequence[Source]:
    """All sources by name, the merged ones too."""
    return _all(Source)


def list_domains() -> Sequence[BusinessDomain]:
    """All business domains by name, the merged ones too."""
    return _all(BusinessDomain)


def _all(model: type[Entry]) -> Sequence[Entry]:
    return db.session.scalars(select(model).order_by(func.lower(model.name), model.id)).all()


def _find(model: type[Entry], name: str) -> int | None:
    return db.session.scalar(
        select(func.coalesce(model.merged_into_id, model.id)).where(
            model.key == normalize_list_key(name)
        )
    )


def _insert(model: type[Entry], **values: object) -> int | None:
    """Insert an entry unless its key is taken; returns its id."""
    statement = insert(model).values(**values).on_conflict_do_nothing(index_elements=["key"])
    return db.session.scalar(statement.returning(model.id))


def _get(model: type[Entry], entry_id: int, *, lock: bool = False) -> Entry:
    entry = db.session.get(model, entry_id, with_for_update=lock or None, populate_existing=lock)
    if entry is None:
        raise ListEntryNotFound(_NOUN[model], entry_id)
    return entry


def _known_names(model: type[Entry]) -> str:
    open_entries = select(model.name).where(model.merged_into_id.is_(None))
    names = db.session.scalars(
        open_entries.order_by(func.lower(model.name)).limit(SHOWN_ENTRIES + 1)
    ).all()
    shown = ", ".join(names[:SHOWN_ENTRIES])
    return (
        f"{shown} and others" if len(names) > SHOWN_ENTRIES else shown or "none: the list is empty"
    )


def _checked_name(name: str) -> tuple[str, str]:
    cleaned = check_text(name, field="name", limit=NAME_LIMIT)
    key = normalize_list_key(cleaned or "")
    if cleaned is None or not key:
        raise InvalidInput([("name", "give it a name")])
    return cleaned, key


def _taken(model: type[Entry], key: str) -> InvalidInput:
    entry = db.session.scalars(select(model).where(model.key == key)).one()
    if entry.merged_into_id is None:
        why = f"{entry.name} is on the list already; choose another name, or merge the two"
    else:
        why = f"this name was merged into {entry.name}; choose another one"
    return InvalidInput([("name", why)])


def _rename(model: type[Entry], entry_id: int, name: str, *, actor: Actor, now: datetime) -> Entry:
    cleaned, key = _checked_name(name)
    entry = _get(model, entry_id, lock=True)
    if entry.merged_into_id is not None:
        raise InvalidInput([("name", f"this one was merged into {entry.name}; rename that one")])
    if entry.name == cleaned:
        return entry
    taken = select(model.id).where(model.key == key, model.id != entry_id)
    if db.session.scalar(taken) is not None:
        raise _taken(model, key)
    before = entry.name
    try:
        with db.session.begin_nested():
            entry.name, entry.key = cleaned, key
    except IntegrityError:
        # Somebody else took the name between the question and the flush.
        raise _taken(model, key) from None
    db.session.execute(update(model).where(model.merged_into_id == entry_id).values(name=cleaned))
    kind = _KIND[model]
    ids = {f"{kind}_id": entry_id}
    events.record(f"{kind}_renamed", actor=actor, now=now, **ids, **{"from": before}, to=cleaned)
    db.session.flush()
    return entry


def _merge(
    model: type[Entry], entry_id: int, into_id: int, *, actor: Actor, now: datetime
) -> Entry:
    if entry_id == into_id:
        raise InvalidInput([("into", "choose another entry than the one to be merged")])
    # Locked in one order, so that two opposite merges wait for each other and the later one is
    # refused, instead of making a circle.
    first, second = (_get(model, i, lock=True) for i in sorted((entry_id, into_id)))
    entry, target = (first, second) if first.id == entry_id else (second, first)
    if entry.merged_into_id is not None:
        raise InvalidInput([("into", f"this one was merged into {entry.name} already")])
    if target.merged_into_id is not None:
        raise InvalidInput([("into", f"that one was merged itself; choose {target.name}")])
    before, entry.name, entry.merged_into_id = entry.name, target.name, into_id
    # What went into the merged one goes on to the target: no chains, so that one look suffices.
    db.session.execute(
        update(model)
        .where(model.merged_into_id == entry_id)
        .values(merged_into_id=into_id, name=target.name)
    )
    kind = _KIND[model]
    ids = {f"{kind}_id": entry_id, "into_id": into_id}
    events.record(f"{kind}_merged", actor=actor, now=now, **ids, **{"from": before}, to=target.name)
    db.session.flush()
    return entry
