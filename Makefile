# Two commands on a fresh machine (Python 3.11): `make demo` and `make test`.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
RUN := $(VENV)/bin/python
STAMP := $(VENV)/.installed
WORKERS ?= $(shell nproc)

.PHONY: venv demo test test-dates test-dates-quick test-bench test-doors coverage coverage-quick declarations desk lint clean

venv: $(STAMP)

$(STAMP): sandbox/requirements.txt
	test -x $(RUN) || $(PYTHON) -m venv $(VENV)
	$(RUN) -m pip install --quiet --disable-pip-version-check --no-deps -r sandbox/requirements.txt
	touch $(STAMP)

# Set up, load the demonstration, run the main job, build the Desk if Node is there, serve. SERVE=0 stops after the job.
demo: $(STAMP)
	SERVE=$(SERVE) $(RUN) -m sandbox demo

# The whole suite on SQLite and, if a MariaDB server answers on this machine, what needs one on MariaDB, side by side; each
# in as many processes as there are cores, and each process on a site of its own.
PYTEST := $(RUN) -m pytest -q -n $(WORKERS) --dist loadfile
SLOWEST := --durations=10
ON_MARIADB := --db mariadb -m "mariadb or both"
MARIADB_LOG := .sandbox/mariadb.log
test: $(STAMP)
	@mkdir -p .sandbox; \
	if ! $(RUN) -m sandbox.mariadb; then \
		echo "== No MariaDB: the tests of locking, concurrency, collation and strictness are left out"; \
		exec $(PYTEST) $(SLOWEST); \
	fi; \
	$(PYTEST) $(SLOWEST) $(ON_MARIADB) >$(MARIADB_LOG) 2>&1 & mariadb=$$!; \
	$(PYTEST) $(SLOWEST); sqlite=$$?; \
	wait $$mariadb; mariadb=$$?; \
	echo "== MariaDB: locking, concurrency, collation, strictness"; \
	cat $(MARIADB_LOG); \
	exit $$((sqlite + mariadb))

# The suite as it will run on other days: 15 March, 31 August, 1 September, 31 December of the next two years.
YEARS := $(shell year=$$(date +%Y); echo $$((year + 1)) $$((year + 2)))
DATES ?= $(foreach year,$(YEARS),$(year)-03-15 $(year)-08-31 $(year)-09-01 $(year)-12-31)
FILES ?= tests
test-dates: $(STAMP)
	@failed=; for date in $(DATES); do \
		echo "== as on $$date"; GTT_TODAY=$$date $(PYTEST) $(FILES) || failed="$$failed $$date"; \
	done; test -z "$$failed" || { echo "failed as on$$failed"; exit 1; }

# The cheap part of it: what hangs most on the day, at the last day of a school year and the first of the one after next.
test-dates-quick:
	@$(MAKE) --no-print-directory test-dates FILES="tests/test_aid_recurring.py tests/test_aid_watch.py" \
		DATES="$(word 1,$(YEARS))-08-31 $(word 2,$(YEARS))-09-01"

# Inside a bench: `make test-bench BENCH=/path/to/bench SITE=test.localhost`; the app of this folder must be the one
# installed there. In one process, because the site is one.
SITE ?= $(shell cat $(BENCH)/sites/currentsite.txt 2>/dev/null)
test-bench:
	@test -x "$(BENCH)/env/bin/python" || { echo "BENCH= is the path of a bench"; exit 2; }
	@test -d "$(BENCH)/sites/$(SITE)" -a -n "$(SITE)" || { echo "SITE= is one of its sites"; exit 2; }
	$(BENCH)/env/bin/python -m pytest -q -p no:cacheprovider $(SLOWEST) \
		--site $(SITE) --sites-path $(abspath $(BENCH))/sites $(FILES)

# Which branches of the app the suite goes through. It takes longer than `make test`.
MEASURED := $(subst -m pytest,-m coverage run -m pytest,$(PYTEST))
COVERAGE := $(RUN) -m coverage
coverage: $(STAMP)
	$(COVERAGE) erase
	$(MEASURED)
	@if $(RUN) -m sandbox.mariadb; then $(MEASURED) $(ON_MARIADB); fi
	$(COVERAGE) combine -q
	$(COVERAGE) report --skip-covered --sort=cover

# Measuring costs two thirds more, too much for all of each run of CI: the core and the rules, by the files that test them.
RULES := core organisation exchange aid activities
TESTS_OF_RULES := relations tasks council duties aid_watch priority_norms
comma := ,
space := $() $()
coverage-quick: $(STAMP)
	$(COVERAGE) erase
	$(MEASURED) $(TESTS_OF_RULES:%=tests/test_%.py)
	$(COVERAGE) combine -q
	$(COVERAGE) report --skip-covered --sort=cover --include=$(subst $(space),$(comma),$(RULES:%=gongtongti/%/*))

# Every door that HTTP reaches, tried on every DocType with every switch; DOORS=16 tries so many of each; `make test` tries four.
DOORS ?= all
test-doors: $(STAMP)
	GTT_DOORS=$(DOORS) $(RUN) -m pytest -q -n $(WORKERS) tests/test_door_fuzz.py

# Writes what the features declare into the files that repeat it; for another app APP=folder POLICY=path of its policy.
declarations: $(STAMP)
	$(RUN) -m sandbox.script tools/declarations.py $(APP) $(POLICY)

desk: $(STAMP)
	$(RUN) -m sandbox build-desk

# Python, the framework's conventions, and JavaScript where Node is there.
PRETTIER := .sandbox/prettier/node_modules/.bin/prettier
lint: $(STAMP)
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .
	$(RUN) -m tools.conventions gongtongti
	@if command -v npm >/dev/null; then \
		test -x $(PRETTIER) || npm install --silent --no-audit --no-fund --prefix .sandbox/prettier prettier@2.7.1; \
		$(PRETTIER) --check "gongtongti/**/*.js"; \
	else \
		echo "Node is not installed: JavaScript was not checked"; \
	fi

clean:
	rm -rf .sandbox $(VENV) .pytest_cache .ruff_cache
