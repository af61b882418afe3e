.PHONY: setup run test spec check bench

# The environment with everything for development, and the check before each commit.
setup:
	bash tools/setup.sh --dev --browser
	git config core.hooksPath tools/hooks

# The dashboard with the example study on http://localhost:8501
run:
	bash tools/run.sh

# Every test
test:
	bash tools/test.sh

# The clinical rules only
spec:
	bash tools/test.sh tests/spec

# Formatting, lint, types and imports
check:
	bash tools/check.sh

# Times from start to first plot, from upload to first result, and of a widget change
bench:
	bash tools/setup.sh --dev --browser
	.venv/bin/python -m benchmarks.screens
