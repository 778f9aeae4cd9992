"""Every repair is needed: its probe passes with it and fails without it."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import runner

from sandbox import process, repairs

for subject in process.SUBJECTS:
	__import__(f"sandbox.{subject}")

REPAIRS = sorted(repairs.REPAIRS)


@pytest.fixture(scope="module")
def with_all(make_site):
	last = "install_and_remove"  # it takes the throw-away app off the site
	return runner.outcomes(
		"probes", [*(name for name in REPAIRS if name != last), last], make_site("repaired")
	)


@pytest.fixture(scope="module")
def without(make_site):
	def probe(name):
		site = make_site(f"without-{name}")
		try:
			return runner.outcomes("probes", [name], site, without=name)[name]
		finally:
			site.drop()

	make_site("warm")  # the template is there before two threads ask for it
	with ThreadPoolExecutor(2) as pool:
		return dict(zip(REPAIRS, pool.map(probe, REPAIRS), strict=True))


@pytest.mark.parametrize("name", REPAIRS)
def test_repair(name, with_all, without):
	assert with_all[name] is None, with_all[name]
	assert without[name], (
		f"the probe passes without {name}: it shows nothing, or the repair is not needed any more"
	)


def test_an_unknown_name_is_refused(monkeypatch):
	monkeypatch.setenv("SANDBOX_WITHOUT", "no_such_repair")
	with pytest.raises(ValueError, match="no_such_repair"):
		repairs.make("before", set())
