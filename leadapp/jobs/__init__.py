"""Background tasks: load, call one service, stop. And the worker that runs them."""
