"""The MariaDB server that sites may lie on: databases made, dumped, restored and dropped.

All of it in Python, so that neither the server's client programs nor a compiler is needed. A database is named
`gtt_...` and has a user of its own, of the same name: the framework asks the server for the columns of a table
without saying of which database, and must not see those of another site. Where the server is:
SANDBOX_MARIADB_HOST, _PORT, _USER and _PASSWORD (127.0.0.1, 3306, root, empty).
"""

import os

import pymysql

PREFIX = "gtt_"
PASSWORD = "sandbox"  # of the sites' own users
HOSTS = ("localhost", "%")  # where the server has anonymous users, '%' alone loses to them
ROWS_PER_INSERT = 300


def server() -> dict:
	"""How root reaches the server."""
	return {
		"host": os.environ.get("SANDBOX_MARIADB_HOST", "127.0.0.1"),
		"port": int(os.environ.get("SANDBOX_MARIADB_PORT", 3306)),
		"user": os.environ.get("SANDBOX_MARIADB_USER", "root"),
		"password": os.environ.get("SANDBOX_MARIADB_PASSWORD", ""),
	}


def connection(database: str | None = None, **kwargs):
	return pymysql.connect(**server(), database=database, charset="utf8mb4", connect_timeout=3, **kwargs)


def answers() -> str | None:
	"""None if the server lets us in, otherwise what it (or the network) said."""
	try:
		connection().close()
	except pymysql.Error as error:
		return str(error)


def run(*statements: str, database: str | None = None):
	with connection(database) as link, link.cursor() as cursor:
		for text in statements:
			cursor.execute(text)
		link.commit()


def create_database(name: str):
	"""An empty database with its user, in the place of one of that name."""
	drop_database(name)
	run(f"CREATE DATABASE `{name}` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci")
	for host in HOSTS:
		run(
			f"CREATE USER '{name}'@'{host}' IDENTIFIED BY '{PASSWORD}'",
			f"GRANT ALL PRIVILEGES ON `{name}`.* TO '{name}'@'{host}'",
		)


def drop_database(name: str):
	run(f"DROP DATABASE IF EXISTS `{name}`", *(f"DROP USER IF EXISTS '{name}'@'{host}'" for host in HOSTS))


def execute_file(path: str):
	"""Execute a file of statements, each of which ends with a line's end, on the active site's database."""
	with open(path) as file:
		lines = [line for line in file.read().splitlines() if not line.startswith("--")]
	statements = [text for text in "\n".join(lines).split(";\n") if text.strip()]
	run(*statements, database=os.environ["DB_NAME"])


def dump(name: str) -> list[str]:
	"""The statements that make a database again: tables, their rows, sequences with their position."""
	statements = []
	with connection(name, conv={}) as link, link.cursor() as cursor:

		def select(query):
			cursor.execute(query)
			return cursor.fetchall()

		for table, kind in select("SHOW FULL TABLES"):
			if kind == "SEQUENCE":
				statements.append(select(f"SHOW CREATE SEQUENCE `{table}`")[0][1])
				position = select(f"SELECT next_not_cached_value FROM `{table}`")[0][0]
				statements.append(f"SELECT SETVAL(`{table}`, {position}, 0)")
				continue
			statements.append(select(f"SHOW CREATE TABLE `{table}`")[0][1])
			rows = select(f"SELECT * FROM `{table}`")
			for start in range(0, len(rows), ROWS_PER_INSERT):
				values = ", ".join(
					"(" + ", ".join("NULL" if v is None else f"'{link.escape_string(v)}'" for v in row) + ")"
					for row in rows[start : start + ROWS_PER_INSERT]
				)
				statements.append(f"INSERT INTO `{table}` VALUES {values}")
	return statements


def restore(name: str, statements: list[str]):
	create_database(name)
	run("SET foreign_key_checks = 0, unique_checks = 0", *statements, database=name)


if __name__ == "__main__":  # does a server answer?
	if problem := answers():
		raise SystemExit(problem)
