#!/usr/bin/env bash
# Starts Arteria with the example study on this machine: http://localhost:8501
#
# More arguments go to the server, e.g.  bash tools/run.sh --server.port 8600
set -euo pipefail
bash "$(dirname "${BASH_SOURCE[0]}")/setup.sh"
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export ARTERIA_EXAMPLE="${ARTERIA_EXAMPLE:-1}"
exec .venv/bin/python -m streamlit run app.py "$@"
