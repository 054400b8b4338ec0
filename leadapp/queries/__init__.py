"""The reads: what a page needs, in a pinned number of statements."""
