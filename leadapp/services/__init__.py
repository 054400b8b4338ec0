"""The write use cases, as functions. They never commit: whoever calls them does."""
