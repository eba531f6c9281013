"""Run them in examples/flask: ``python3 -m unittest``."""
