"""The English texts that other apps have as their own, as hashes: tests/data/words_of_other_apps.txt.

An app's rows in `translations/` hold for the whole site, so a row of ours for a text of another app changes that
app's Chinese. The file was made from frappe 15.101.1 and 16.0.0-dev, erpnext 15.99.1, hrms 15.58.2, education 15.0.0
and payments, and holds nothing of them but hashes. To take more apps in, on a machine that has them:

    python tests/words_of_apps.py /path/to/bench/apps
"""

import ast
import csv
import hashlib
import json
import re
import sys
from pathlib import Path

FILE = Path(__file__).with_name("data") / "words_of_other_apps.txt"
LONGEST = 60  # a longer text is a sentence: no two apps write the same one
STRING = r"\"((?:[^\"\\\n]|\\.)*)\"|'((?:[^'\\\n]|\\.)*)'"
KEYS = ("name", "label", "title", "description", "report_name", "role_name", "role", "message", "module")


def hashed(text: str) -> str:
	return hashlib.sha256(text.encode()).hexdigest()[:10]


def known() -> set[str]:
	return set(FILE.read_text("utf-8").split())


def of_json(value):
	if isinstance(value, list):
		for item in value:
			yield from of_json(item)
	elif isinstance(value, dict):
		yield from (value[key] for key in KEYS if isinstance(value.get(key), str))
		if value.get("fieldtype") == "Select" and isinstance(value.get("options"), str):
			yield from value["options"].split("\n")
		for item in value.values():
			yield from of_json(item)


def of_python(text):
	for node in ast.walk(ast.parse(text)):
		if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in (
			"_",
			"_lt",
		):
			yield from (
				arg.value
				for arg in node.args[:1]
				if isinstance(arg, ast.Constant) and isinstance(arg.value, str)
			)
		if isinstance(node, ast.Dict):
			for key, value in zip(node.keys, node.values, strict=True):
				if getattr(key, "value", None) in ("label", "title") and isinstance(value, ast.Constant):
					yield str(value.value)


def of_text(text):
	for match in re.finditer(rf"(?<![\w.])(?:__|_)\(\s*(?:{STRING})", text):
		yield re.sub(r"\\(.)", r"\1", match.group(1) or match.group(2) or "")


def of_catalogue(text):
	from babel.messages.pofile import read_po

	yield from (message.id for message in read_po(text.splitlines()) if isinstance(message.id, str))


def of_app(folder: Path):
	readers = {
		".json": lambda text: of_json(json.loads(text)), ".py": of_python, ".js": of_text, ".html": of_text,
		".vue": of_text, ".ts": of_text, ".pot": of_catalogue,
	}  # fmt: skip
	for path in folder.rglob("*"):
		if "node_modules" in path.parts or "tests" in path.parts or not path.is_file():
			continue
		reader = readers.get(path.suffix)
		if path.name in ("zh.csv", "zh.po"):
			reader = (
				of_catalogue
				if path.suffix == ".po"
				else lambda text: (r[0] for r in csv.reader(text.splitlines()) if r)
			)
		if reader:
			try:
				yield from list(reader(path.read_text("utf-8")))
			except (SyntaxError, ValueError):
				print("left out:", path)


def main(bench_apps: Path):
	texts = {
		text.strip()
		for app in sorted(bench_apps.iterdir())
		if app.name != "gongtongti"
		for text in of_app(app)
	}
	words = {hashed(text) for text in texts if 0 < len(text) <= LONGEST and re.search("[A-Za-z]", text)}
	FILE.write_text("\n".join(sorted(words | (known() if FILE.exists() else set()))) + "\n", "utf-8")
	print(len(words), "texts of", bench_apps)


if __name__ == "__main__":
	main(Path(sys.argv[1]))
