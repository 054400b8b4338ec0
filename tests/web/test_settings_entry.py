"""POST /settings/sources/<id>/name and /merge, and the same for domains."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from leadapp.permissions import command_actor
from leadapp.services import lists
from tests.factories import NOW, source_id
from tests.web.html import error_of, page

SignIn = Callable[..., FlaskClient]
WHO = command_actor()


def test_an_entry_is_renamed(sign_in: SignIn) -> None:
    partner = source_id("partner")
    answer = sign_in("admin").post(f"/settings/sources/{partner}/name", data={"name": "Channel"})
    assert answer.headers["Location"] == "/settings/sources"
    assert lists.get_source(partner).name == "Channel"


def test_an_entry_is_merged(sign_in: SignIn) -> None:
    shops, retail = (lists.add_domain(name, actor=WHO, now=NOW) for name in ("Shops", "Retail"))
    answer = sign_in("admin").post(f"/settings/domains/{shops.id}/merge", data={"into": retail.id})
    assert answer.headers["Location"] == "/settings/domains"
    assert (shops.name, shops.merged_into_id) == ("Retail", retail.id)


@pytest.mark.parametrize("name", ["", "manual"])
def test_a_blank_or_taken_name_is_refused_by_its_field(sign_in: SignIn, name: str) -> None:
    partner = source_id("partner")
    answer = sign_in("admin").post(f"/settings/sources/{partner}/name", data={"name": name})
    assert error_of(page(answer, 422), "name")
    assert lists.get_source(partner).name == "partner"


@pytest.mark.parametrize("into", ["", "0", "x", "99999999999999999999"])
def test_merging_into_what_is_not_there_is_refused_by_its_field(sign_in: SignIn, into: str) -> None:
    partner = source_id("partner")
    answer = sign_in("admin").post(f"/settings/sources/{partner}/merge", data={"into": into})
    assert error_of(page(answer, 422), "into")


def test_merging_into_itself_is_refused(sign_in: SignIn) -> None:
    partner = source_id("partner")
    answer = sign_in("admin").post(f"/settings/sources/{partner}/merge", data={"into": partner})
    assert error_of(page(answer, 422), "into")
    assert lists.get_source(partner).merged_into_id is None


@pytest.mark.parametrize("action", ["name", "merge"])
def test_only_a_post_does_it(sign_in: SignIn, action: str) -> None:
    path = f"/settings/sources/{source_id('partner')}/{action}"
    assert sign_in("admin").get(path).status_code == 405


@pytest.mark.parametrize("role", ["viewer", "rep", "manager"])
def test_only_admins_may(sign_in: SignIn, role: str) -> None:
    partner, client = source_id("partner"), sign_in(role)
    data = {"name": "x", "into": str(source_id("manual"))}
    for action in ("name", "merge"):
        answer = client.post(f"/settings/sources/{partner}/{action}", data=data)
        assert answer.status_code == 403
    assert lists.get_source(partner).name == "partner"


@pytest.mark.parametrize("which", ["sources", "domains"])
@pytest.mark.parametrize("action", ["name", "merge"])
def test_what_is_not_there_is_404(sign_in: SignIn, which: str, action: str) -> None:
    data = {"name": "x", "into": str(source_id("manual"))}
    answer = sign_in("admin").post(f"/settings/{which}/0/{action}", data=data)
    assert answer.status_code in {404, 422} if which == "domains" else answer.status_code == 404


def test_what_is_merged_already_is_refused(sign_in: SignIn, db_session: Session) -> None:
    partner, client = source_id("partner"), sign_in("admin")
    lists.merge_source(partner, source_id("manual"), actor=WHO, now=NOW)
    db_session.commit()
    data = {"name": "x", "into": str(source_id("scanner"))}
    for action in ("name", "merge"):
        answer = client.post(f"/settings/sources/{partner}/{action}", data=data)
        assert answer.status_code == 422
    assert lists.get_source(partner).merged_into_id == source_id("manual")
