#!/usr/bin/env bash
# Runs every test, those in a real browser included.
#
# More arguments go to pytest, e.g.  bash tools/test.sh tests/spec
set -euo pipefail
bash "$(dirname "${BASH_SOURCE[0]}")/setup.sh" --dev --browser
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# One process a core; tests of one file stay together, as they share servers.
exec .venv/bin/python -m pytest --numprocesses "${ARTERIA_TEST_PROCESSES:-auto}" --dist loadfile "$@"
