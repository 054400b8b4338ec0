"""What all pages share: guards, htmx helpers, error handlers, headers."""
