"""What is looked at for tests at all."""

import sys

# For the tests of the pytest plugin, which run pytest; pytest takes this only from the topmost conftest.py.
pytest_plugins = ["pytester"]

# These modules import durable-rules, which is not installed there; pytest imports every module for its doctests.
collect_ignore_glob = ["src/pow_rules/engine/durable/*.py"] if sys.version_info >= (3, 13) else []
