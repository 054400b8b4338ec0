"""The AI module: a lead's inputs in, an assessment out. No database, no Flask."""
