"""The business rules: pure functions of values. No database, no Flask, no clock, no I/O."""
