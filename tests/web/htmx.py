"""The headers of requests that htmx sends from the board."""

PANEL = {"HX-Request": "true", "HX-Target": "panel", "X-Board": "/board"}
DIALOG = {"HX-Request": "true", "HX-Target": "dialog", "X-Board": "/board"}
