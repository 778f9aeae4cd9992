"""One public folder and the bundles built from it."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from sandbox.desk import node

BUILDER = Path(__file__).parent

# What a bundle can be made of; fonts, pictures and sounds are served as they are.
SOURCES = {".js", ".ts", ".vue", ".css", ".scss", ".html"}
ENTRIES = {".js", ".ts", ".css", ".scss"}
# In a public folder, what is not written by hand.
NOT_SOURCES = {"dist", "node_modules"}


@dataclass(frozen=True)
class Target:
	"""The bundles of the framework or of one app.

	`public` is the folder with the entry points; `beside` are folders outside it which its files import from.
	"""

	name: str
	public: Path
	beside: Sequence[Path] = ()

	@property
	def url(self) -> str:
		# Not below /assets/<app>: that leads to the app's own sources.
		return f"/assets/monoframe/{self.folder}"

	@property
	def folder(self) -> str:
		return "dist" if self.name == "monoframe" else f"dist-{self.name}"

	def has_bundles(self) -> bool:
		return any(Path(file.stem).suffix == ".bundle" for file in _sources(self.public, ENTRIES))

	@cached_property
	def fingerprint(self) -> str:
		"""Changes with the sources, the packages, the builder and the address the bundles are served at."""
		digest = hashlib.sha256(self.url.encode())
		builder = [*BUILDER.glob("*.mjs"), *BUILDER.glob("plugins/*.mjs"), *BUILDER.glob("package*.json")]
		for file in sorted(builder):
			digest.update(file.name.encode() + file.read_bytes())
		for root in (self.public, *self.beside):
			for file in _sources(root):
				digest.update(file.relative_to(root).as_posix().encode() + file.read_bytes())
		return digest.hexdigest()[:16]

	def built(self, cache: Path) -> Path:
		return cache / f"{self.folder}-{self.fingerprint}"

	def is_built(self, cache: Path) -> bool:
		return (self.built(cache) / "manifest.json").is_file()

	def manifest(self, cache: Path) -> dict[str, str]:
		"""Bundle name and address of each bundle, as in the framework's assets.json."""
		return json.loads((self.built(cache) / "manifest.json").read_text())

	def build(self, cache: Path, framework: Path, log: Callable[[str], object]) -> None:
		"""Build into a folder that takes its final name when it is complete."""
		unfinished = cache / "unfinished"
		shutil.rmtree(unfinished, ignore_errors=True)
		unfinished.mkdir()
		node.run([BUILDER / "build.mjs", self.public, unfinished, self.url, framework], cache, log)
		unfinished.rename(self.built(cache))


def _sources(root: Path, endings: Collection[str] = SOURCES) -> Iterator[Path]:
	for file in sorted(root.rglob("*")):
		if file.suffix in endings and not NOT_SOURCES.intersection(file.relative_to(root).parts):
			yield file
