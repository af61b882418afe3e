.PHONY: setup run test spec check bench golden

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

# Reference numbers of the added cases again from R (survival, cmprsk, jsonlite), and what changed
golden:
	Rscript tests/oracle/make.R tests/oracle/day_zero.csv --groups a,b,site --strata site --cox a,b,x,y --trend b --marks 3,6,12,24 --tau 6,12
	Rscript tests/oracle/make.R tests/oracle/separated.csv --groups a --cox a,y --marks 3,6 --tau 3
	Rscript tests/oracle/make.R tests/oracle/ties_day_zero_competing.csv --groups site --cox a,y
	Rscript tests/oracle/stepwise.R
	git diff --stat tests/oracle
