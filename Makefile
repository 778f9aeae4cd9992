# Two commands on a fresh machine (Python 3.11): `make demo` and `make test`.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
RUN := $(VENV)/bin/python
STAMP := $(VENV)/.installed
WORKERS ?= $(shell nproc)

.PHONY: venv demo test test-doors declarations desk lint clean

venv: $(STAMP)

$(STAMP): sandbox/requirements.txt
	test -x $(RUN) || $(PYTHON) -m venv $(VENV)
	$(RUN) -m pip install --quiet --disable-pip-version-check --no-deps -r sandbox/requirements.txt
	touch $(STAMP)

# Set up, load the demonstration, run the main job, build the Desk if Node is there, serve. SERVE=0 stops after the job.
demo: $(STAMP)
	SERVE=$(SERVE) $(RUN) -m sandbox demo

# The whole suite on SQLite, then what needs a real database server on MariaDB, if one answers on this machine.
# In as many processes as there are cores; each has its own copy of the site.
PYTEST := $(RUN) -m pytest -q -n $(WORKERS) --dist loadfile --durations=10
test: $(STAMP)
	@$(RUN) -m sandbox.mariadb || echo "== No MariaDB: the tests of locking, concurrency, collation and strictness are left out"
	$(PYTEST)
	@if $(RUN) -m sandbox.mariadb 2>/dev/null; then \
		echo "== MariaDB: locking, concurrency, collation, strictness" && \
		$(PYTEST) --db mariadb -m "mariadb or both"; \
	fi

# Every door that HTTP reaches, tried on every DocType with every switch; `make test` tries a sample of it.
test-doors: $(STAMP)
	GTT_DOORS=all $(RUN) -m pytest -q -n $(WORKERS) tests/test_door_fuzz.py

# Writes what the features declare into the files that repeat it.
declarations: $(STAMP)
	$(RUN) -m sandbox.script tools/declarations.py

desk: $(STAMP)
	$(RUN) -m sandbox build-desk

lint: $(STAMP)
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .
	@if command -v npx >/dev/null && npx --no-install prettier --version >/dev/null 2>&1; then \
		npx --no-install prettier --check "gongtongti/**/*.js"; \
	else \
		echo "prettier is not installed: JavaScript was not checked"; \
	fi

clean:
	rm -rf .sandbox $(VENV) .pytest_cache .ruff_cache
