"""What the browser is told at the start."""

from gongtongti.aid.money import CURRENCY


def yuan(bootinfo) -> None:
	"""Hook `extend_bootinfo`: amounts are shown with ¥. The framework's list of currencies has no sign for the yuan.

	Nothing is changed on the site; a sign that the site has set itself is left alone.
	"""
	for row in bootinfo.docs:
		if row.get("doctype") == ":Currency" and row.get("name") == CURRENCY:
			row["symbol"] = row.get("symbol") or "¥"
			return
	bootinfo.docs.append({"doctype": ":Currency", "name": CURRENCY, "symbol": "¥", "fraction_units": 100})
