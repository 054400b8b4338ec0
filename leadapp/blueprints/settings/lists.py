"""The managed lists: sources and business domains, by the same pages."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from leadapp.blueprints.settings.forms import MergeForm, NameForm
from leadapp.errors import InvalidInput
from leadapp.extensions import db
from leadapp.models import BusinessDomain, Source
from leadapp.permissions import Permission
from leadapp.queries.company import get_company
from leadapp.services import lists
from leadapp.web.clock import utc_now
from leadapp.web.forms import choices, show_errors
from leadapp.web.guards import page_actor, requires

blueprint = Blueprint("lists", __name__, url_prefix="/settings")

# Both lists by one set of routes: `which` says whose.
WHICH = "/<any(sources, domains):which>"


@dataclass(frozen=True, slots=True)
class ManagedList:
    """One of the two lists: its words and its services."""

    path: str
    title: str
    noun: str
    all: Callable[[], Sequence[Source | BusinessDomain]]
    get: Callable[[int], Source | BusinessDomain]
    add: Callable[..., Source | BusinessDomain]
    rename: Callable[..., Source | BusinessDomain]
    merge: Callable[..., Source | BusinessDomain]


LISTS = {
    "sources": ManagedList(
        path="sources",
        title="Sources",
        noun="source",
        all=lists.list_sources,
        get=lists.get_source,
        add=lists.add_source,
        rename=lists.rename_source,
        merge=lists.merge_source,
    ),
    "domains": ManagedList(
        path="domains",
        title="Business domains",
        noun="business domain",
        all=lists.list_domains,
        get=lists.get_domain,
        add=lists.add_domain,
        rename=lists.rename_domain,
        merge=lists.merge_domain,
    ),
}


@blueprint.get(WHICH)
@requires(Permission.ADMINISTER)
def show(which: str) -> ResponseReturnValue:
    """All entries, and the form for a new one."""
    return _list_page(LISTS[which], NameForm(formdata=None))


@blueprint.post(WHICH)
@requires(Permission.ADMINISTER)
def add(which: str) -> ResponseReturnValue:
    """Add an entry."""
    managed, form = LISTS[which], NameForm()
    if form.validate():
        try:
            entry = managed.add(form.name.data or "", actor=page_actor(), now=utc_now())
        except InvalidInput as refusal:
            db.session.rollback()
            show_errors(form, refusal)
        else:
            db.session.commit()
            return _done(managed, f"{entry.name} is on the list.")
    return _list_page(managed, form), 422


@blueprint.post("/domains/closing")
@requires(Permission.ADMINISTER)
def close_domains() -> ResponseReturnValue:
    """Close the list of business domains to new names, or open it again."""
    closed = request.form.get("closed") == "yes"
    lists.set_domains_closed(closed, actor=page_actor(), now=utc_now())
    db.session.commit()
    said = "Only admins add business domains now." if closed else "The list is open to new names."
    return _done(LISTS["domains"], said)


@blueprint.get(f"{WHICH}/<record_id:entry_id>")
@requires(Permission.ADMINISTER)
def edit(which: str, entry_id: int) -> ResponseReturnValue:
    """One entry: its name, and merging it into another one."""
    return _entry_page(LISTS[which], entry_id)


@blueprint.post(f"{WHICH}/<record_id:entry_id>/name")
@requires(Permission.ADMINISTER)
def rename(which: str, entry_id: int) -> ResponseReturnValue:
    """Rename an entry."""
    managed, form = LISTS[which], NameForm()
    if form.validate():
        try:
            entry = managed.rename(
                entry_id, form.name.data or "", actor=page_actor(), now=utc_now()
            )
        except InvalidInput as refusal:
            db.session.rollback()
            show_errors(form, refusal)
        else:
            db.session.commit()
            return _done(managed, f"It is called {entry.name} now.")
    return _entry_page(managed, entry_id, name_form=form), 422


@blueprint.post(f"{WHICH}/<record_id:entry_id>/merge")
@requires(Permission.ADMINISTER)
def merge(which: str, entry_id: int) -> ResponseReturnValue:
    """Merge an entry into another one."""
    managed = LISTS[which]
    form = _merge_form(managed, entry_id, formdata=request.form)
    if form.validate():
        try:
            entry = managed.merge(entry_id, form.into.data, actor=page_actor(), now=utc_now())
        except InvalidInput as refusal:
            db.session.rollback()
            show_errors(form, refusal)
        else:
            db.session.commit()
            return _done(managed, f"Merged into {entry.name}.")
    return _entry_page(managed, entry_id, merge_form=form), 422


def _done(managed: ManagedList, said: str) -> ResponseReturnValue:
    flash(said, "success")
    return redirect(f"/settings/{managed.path}")


def _merge_form(managed: ManagedList, entry_id: int, formdata: Any = None) -> MergeForm:
    """The form with what the entry can be merged into."""
    form = MergeForm(formdata=formdata)
    form.into.choices = choices(
        (entry.id, entry.name)
        for entry in managed.all()
        if entry.merged_into_id is None and entry.id != entry_id
    )
    return form


def _list_page(managed: ManagedList, form: NameForm) -> str:
    entries = managed.all()
    return render_template(
        "settings/list.html",
        list=managed,
        entries=[entry for entry in entries if entry.merged_into_id is None],
        merged=[entry for entry in entries if entry.merged_into_id is not None],
        form=form,
        closed=get_company().domains_closed,
    )


def _entry_page(
    managed: ManagedList,
    entry_id: int,
    name_form: NameForm | None = None,
    merge_form: MergeForm | None = None,
) -> str:
    entry = managed.get(entry_id)
    return render_template(
        "settings/entry.html",
        list=managed,
        entry=entry,
        name_form=name_form or NameForm(formdata=None, name=entry.name),
        merge_form=merge_form or _merge_form(managed, entry_id),
    )
