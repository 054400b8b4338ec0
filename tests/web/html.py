"""What every page must be: valid HTML with a title, unique ids, and a label for each control."""

from collections import Counter
from xml.etree.ElementTree import Element

import html5lib
from werkzeug.test import TestResponse


def page(response: TestResponse, status: int = 200) -> Element:
    """The page of a response with this status, after checking that it is a proper one."""
    text = response.get_data(as_text=True)
    assert response.status_code == status, text
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    tree: Element = parser.parse(text)
    assert [(place, code) for place, code, _ in parser.errors] == []
    assert (tree.findtext("head/title") or "").strip()
    ids = Counter(element.get("id") for element in tree.iter() if element.get("id"))
    assert [name for name, count in ids.items() if count > 1] == []
    labelled = {label.get("for") for label in tree.iter("label")}
    for tag in ("input", "select", "textarea"):
        for control in tree.iter(tag):
            named = control.get("id") in labelled or control.get("aria-label")
            assert named or control.get("type") == "hidden", control.attrib
    return tree


def words(element: Element) -> str:
    """All text of an element, with single blanks."""
    return " ".join("".join(element.itertext()).split())


def error_of(tree: Element, control_id: str) -> str:
    """What stands as an error by the control of this id."""
    control = next(element for element in tree.iter() if element.get("id") == control_id)
    assert control.get("aria-invalid") == "true", f"{control_id} is not marked as invalid"
    described = (control.get("aria-describedby") or "").split()
    texts = {e.get("id"): words(e) for e in tree.iter() if e.get("id") in described}
    return " ".join(text for name, text in texts.items() if name and "-error" in name)


def fragment(text: str) -> Element:
    """A fragment as htmx gets it, after checking that its ids are unique and its HTML valid."""
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    tree: Element = parser.parseFragment(text)
    assert [(place, code) for place, code, _ in parser.errors] == []
    ids = Counter(element.get("id") for element in tree.iter() if element.get("id"))
    assert [name for name, count in ids.items() if count > 1] == []
    return tree
