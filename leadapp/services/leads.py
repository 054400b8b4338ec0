"""Creating and changing leads. Every statement names the columns it sets, and no others."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NoReturn

import orjson
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from leadapp.errors import InvalidInput, UserNotFound, VersionConflict
from leadapp.extensions import db
from leadapp.permissions import Actor
from leadapp.queries.lead_view import (
    DEFAULT_SCORER,
    LEAD_COLUMNS,
    LEAD_JOINS,
    VISIBLE,
    LeadView,
    get_lead,
    lead_statement,
    lead_view,
)
from leadapp.rules.editing import check_editable
from leadapp.rules.values import normalize_list_key
from leadapp.services.analysis import analyze_changed
from leadapp.services.lead_values import CONTACT_FIELDS, clean
from leadapp.services.lists import check_domain, resolve_domain, resolve_source

CREATABLE = (
    *CONTACT_FIELDS, "source", "business_domain", "activity_count", "follow_up_on", "attributes",
    "owner_id",
)  # fmt: skip
EDITABLE = (
    *CONTACT_FIELDS, "source", "business_domain", "follow_up_on", "attributes", "owner_id"
)  # fmt: skip

_COPIED = ("name", "company", "email", "phone", "notes", "source", "business_domain")

_CREATE = lead_statement(f"""
    WITH source AS (SELECT coalesce(merged_into_id, id) AS id FROM sources WHERE key = :source_key),
    domain AS (
        SELECT coalesce(merged_into_id, id) AS id FROM business_domains WHERE key = :domain_key),
    added AS (
        INSERT INTO leads (source_id, business_domain_id, owner_id, activity_count, name, company,
            email, phone, notes, external_id, follow_up_on, attributes, started_from_id,
            created_at, stage_changed_at)
        SELECT source.id, (SELECT id FROM domain), :owner_id, :activity_count, :name, :company,
            :email, :phone, :notes, :external_id, :follow_up_on, CAST(:attributes AS jsonb),
            :started_from_id, :now, :now
        FROM source
        WHERE CAST(:domain_key AS text) IS NULL OR EXISTS (SELECT FROM domain)
        RETURNING *
    ), event AS (
        INSERT INTO events (kind, lead_id, actor_id, via, at, data)
        SELECT 'lead_created', id, :actor, :via, :now,
            jsonb_strip_nulls(jsonb_build_object('started_from_id', started_from_id))
        FROM added
    )
    SELECT {LEAD_COLUMNS} FROM added l {LEAD_JOINS}
""")


def create_lead(
    values: Mapping[str, Any],
    *,
    actor: Actor,
    now: datetime,
    started_from_id: int | None = None,
) -> LeadView:
    """Create a lead in `new` from CREATABLE fields; only `source` is required.

    A rep's new lead is theirs. Returns the lead. One statement, a few more where an owner is given
    or the business domain is a new one. Raises InvalidInput naming every wrong field.
    """
    cleaned = clean(values)
    if cleaned.get("source") is None:
        raise InvalidInput([("source", "say where the lead came from")])
    params = {field: cleaned.get(field) for field in CREATABLE}
    params |= {
        "source_key": normalize_list_key(cleaned["source"]),
        "domain_key": _domain_key(cleaned),
        "activity_count": cleaned.get("activity_count", 0),
        "attributes": orjson.dumps(cleaned.get("attributes", {})).decode(),
        "owner_id": cleaned.get("owner_id") or actor.scope,
        "started_from_id": started_from_id,
        "actor": actor.id,
        "via": actor.via,
        "now": now,
        "scorer": DEFAULT_SCORER,
    }
    owner_id = cleaned.get("owner_id")
    wrong = [] if owner_id is None or _may_own(owner_id) else [_NO_OWNER]
    try:
        row = None if wrong else db.session.execute(_CREATE, params).one_or_none()
        if row is None:
            _check_creation(cleaned, wrong)
            # Only now: where each statement is a transaction, the entry stays whatever comes next.
            resolve_domain(cleaned.get("business_domain"), actor=actor, now=now)
            row = db.session.execute(_CREATE, params).one()
    except IntegrityError as error:
        _explain(error)
    return lead_view(row)


def _check_creation(cleaned: Mapping[str, Any], wrong: list[tuple[str, str]]) -> None:
    """Raise InvalidInput for what is wrong already, for whatever the lists do not have, and for an
    external id that is taken."""
    checks: tuple[tuple[Callable[[str | None], object], str], ...] = (
        (resolve_source, "source"),
        (check_domain, "business_domain"),
    )
    for check, field in checks:
        try:
            check(cleaned.get(field))
        except InvalidInput as refusal:
            wrong.extend(refusal.errors)
    if db.session.scalar(_IS_TAKEN, {"external_id": cleaned.get("external_id")}):
        wrong.append(_TAKEN)
    if wrong:
        raise InvalidInput(wrong)


def update_lead(
    lead_id: int,
    changes: Mapping[str, Any],
    *,
    actor: Actor,
    now: datetime,
    version: int | None = None,
) -> LeadView:
    """Change EDITABLE fields of a lead, all at once. Returns it as it is afterwards.

    `version` is the one that the change was made for, where the caller knows it. Raises
    LeadNotFound, LeadIsFinal for frozen fields, VersionConflict and InvalidInput.
    """
    cleaned = clean(changes)
    columns = {field: cleaned[field] for field in EDITABLE if field in cleaned}
    owner_id = columns.get("owner_id")
    if owner_id is not None and not _may_own(owner_id):
        raise InvalidInput([_NO_OWNER])
    if "source" in columns:
        columns["source_id"] = resolve_source(columns.pop("source") or "")
    if "business_domain" in columns:
        name = columns.pop("business_domain")
        columns["business_domain_id"] = (
            None if name is None else resolve_domain(name, actor=actor, now=now)
        )
    if not columns:
        lead = get_lead(lead_id, actor=actor)
        if version not in {None, lead.version}:
            raise VersionConflict(version, lead.version)
        return lead
    lead = _set(lead_id, columns, actor=actor, now=now, version=version)
    return analyze_changed(lead, actor=actor, now=now) if _INPUTS & set(columns) else lead


def assign_lead(
    lead_id: int,
    owner_id: int | None,
    *,
    actor: Actor,
    now: datetime,
    version: int | None = None,
) -> LeadView:
    """Make a user the owner of a lead, or nobody. Raises as `update_lead`, and UserNotFound for a
    user who is inactive or may not work leads."""
    if owner_id is not None and not _may_own(owner_id):
        raise UserNotFound(owner_id)
    return _set(lead_id, {"owner_id": owner_id}, actor=actor, now=now, version=version)


def start_lead_from(lead_id: int, *, actor: Actor, now: datetime) -> LeadView:
    """Start a new lead with the contact of an old one, linked to it. Returns the new lead."""
    old = get_lead(lead_id, actor=actor)
    values = {field: getattr(old, field) for field in _COPIED}
    return create_lead(values, actor=actor, now=now, started_from_id=lead_id)


def erase_lead(lead_id: int, *, actor: Actor, now: datetime) -> bool:
    """Forget the person behind a lead: contact, notes, attributes, inputs of its assessments.

    Stage history, evidence and a hash of the inputs stay. Returns False where it was erased before.
    Raises LeadNotFound.
    """
    get_lead(lead_id, actor=actor)
    params = {"id": lead_id, "actor": actor.id, "via": actor.via, "now": now}
    return bool(db.session.scalar(_ERASE, params))


def _may_own(user_id: int) -> bool:
    """Whether this user is active and may work leads."""
    return bool(db.session.scalar(_MAY_OWN, {"id": user_id}))


_MAY_OWN = text("SELECT true FROM users WHERE id = :id AND active AND role <> 'viewer'")
_NO_OWNER = ("owner_id", "choose an active user who may work leads")
_IS_TAKEN = text("SELECT true FROM leads WHERE external_id = :external_id")
_TAKEN = ("external_id", "another lead has this external id already")
_ERASE = text(
    "SELECT erase_lead(CAST(:id AS bigint), CAST(:actor AS bigint), CAST(:via AS text),"
    " CAST(:now AS timestamptz))"
)
_INPUTS = {"source_id", "business_domain_id", "attributes"}
_FROZEN_COLUMNS = {"source_id", "business_domain_id", "owner_id"}


def _set(
    lead_id: int,
    columns: Mapping[str, Any],
    *,
    actor: Actor,
    now: datetime,
    version: int | None,
) -> LeadView:
    """Set these columns in one guarded statement, with the event; say why where that fails."""
    params: dict[str, Any] = dict(columns)
    if "attributes" in params:
        params["attributes"] = orjson.dumps(params["attributes"]).decode()
    params |= {
        "id": lead_id,
        "version": version,
        "fields": sorted(name.removesuffix("_id") for name in columns),
        "actor": actor.id,
        "scope": actor.scope,
        "via": actor.via,
        "now": now,
        "scorer": DEFAULT_SCORER,
    }
    try:
        row = db.session.execute(_update_statement(columns), params).one_or_none()
    except IntegrityError as error:
        _explain(error)
    if row is not None:
        return lead_view(row)
    lead = get_lead(lead_id, actor=actor)
    check_editable(lead.stage, columns)
    raise VersionConflict(version, lead.version)


def _update_statement(columns: Mapping[str, Any]) -> Any:
    """The update of just these columns. Names come from EDITABLE, never from input."""
    casts = {"attributes": "CAST(:attributes AS jsonb)"}
    settings = [f"{name} = {casts.get(name, f':{name}')}" for name in columns]
    if "owner_id" not in columns:
        settings.append(
            "owner_id = CASE WHEN l.stage IN ('transferred', 'lost') THEN l.owner_id"
            " ELSE coalesce(l.owner_id, :scope) END"
        )
    frozen = _FROZEN_COLUMNS & set(columns)
    open_only = "AND l.stage NOT IN ('transferred', 'lost')" if frozen else ""
    # Ids tell of no person, so these changes are kept with what they were and became.
    ids = "".join(
        f", '{name}', jsonb_build_array(before.{name}, changed.{name})" for name in sorted(frozen)
    )
    return lead_statement(f"""
        WITH before AS (SELECT * FROM leads WHERE id = :id),
        changed AS (
            UPDATE leads l SET {", ".join(settings)}, version = l.version + 1
            WHERE l.id = :id AND {VISIBLE} {open_only}
                AND (CAST(:version AS integer) IS NULL OR l.version = :version)
            RETURNING l.*
        ), event AS (
            INSERT INTO events (kind, lead_id, actor_id, via, at, data)
            SELECT 'lead_changed', changed.id, :actor, :via, :now,
                jsonb_build_object('fields', CAST(:fields AS text[]){ids})
            FROM changed JOIN before ON before.id = changed.id
        )
        SELECT {LEAD_COLUMNS} FROM changed l {LEAD_JOINS}
    """)


def _domain_key(cleaned: Mapping[str, Any]) -> str | None:
    name = cleaned.get("business_domain")
    return None if name is None else normalize_list_key(name)


def _explain(error: IntegrityError) -> NoReturn:
    """Turn a broken constraint into the refusal it stands for."""
    constraint = getattr(getattr(error.orig, "diag", None), "constraint_name", None)
    if constraint == "uq_leads_external_id":
        raise InvalidInput([_TAKEN]) from error
    if constraint == "fk_leads_owner_id":
        raise InvalidInput([("owner_id", "there is no such user")]) from error
    raise error
