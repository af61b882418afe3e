#!/usr/bin/env bash
# Formatting, lint, types and imports; nothing is changed.
set -euo pipefail
bash "$(dirname "${BASH_SOURCE[0]}")/setup.sh" --dev
cd "$(dirname "${BASH_SOURCE[0]}")/.."
.venv/bin/ruff format --check .
.venv/bin/ruff check .
.venv/bin/mypy
.venv/bin/lint-imports
