"""What must not happen in a window, whatever the test is about."""

from playwright.sync_api import BrowserContext, ConsoleMessage, Dialog, Request, Response, WebError

# How Chromium and htmx word an answer of 400 and more in the console; the answer itself is judged.
_ANSWER = ("Failed to load resource: the server responded", "Response Status Error Code ")
_AWAY = ("Failed to load resource: net::ERR_", "htmx:")


class Watch:
    """Notes the trouble in a browser context: errors, refused content, bad answers, dialogs.

    What the Content Security Policy stops is an error in the console. `allow` are answers beyond
    400 that are expected; `offline` expects requests that reach nobody.
    """

    def __init__(
        self, context: BrowserContext, site: str, *, allow: tuple[int, ...], offline: bool
    ) -> None:
        self.trouble: list[str] = []
        self._site = site
        self._allow = allow
        self._offline = offline
        context.on("console", self._console)
        context.on("weberror", self._error)
        context.on("request", self._request)
        context.on("requestfailed", self._failed)
        context.on("response", self._response)
        context.on("dialog", self._dialog)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type not in {"error", "warning"} or message.text.startswith(_ANSWER):
            return
        if not (self._offline and message.text.startswith(_AWAY)):
            self.trouble.append(f"console: {message.text}")

    def _error(self, error: WebError) -> None:
        self.trouble.append(f"error: {error.error}")

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self._site, "data:")):
            self.trouble.append(f"foreign request: {request.url}")

    def _failed(self, request: Request) -> None:
        # Leaving a page ends what it still loads.
        if request.failure != "net::ERR_ABORTED" and not self._offline:
            self.trouble.append(f"failed: {request.method} {request.url}: {request.failure}")

    def _response(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self._allow:
            self.trouble.append(f"{response.status}: {response.request.method} {response.url}")

    def _dialog(self, dialog: Dialog) -> None:
        self.trouble.append(f"dialog: {dialog.message}")
        dialog.dismiss()
