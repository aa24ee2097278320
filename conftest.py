"""What is looked at for tests at all."""

import sys

# These modules import durable-rules, which is not installed there; pytest imports every module for its doctests.
collect_ignore_glob = ["src/pow_rules/engine/durable/*.py"] if sys.version_info >= (3, 13) else []
