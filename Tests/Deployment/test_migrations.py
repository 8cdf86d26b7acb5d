"""While services are replaced one at a time, the old ones work over the new schema, and nobody waits for a migration.

A migration only adds. What a statement may not do is here, with the reason; docs/operate.md says how a change is made
that needs more than one release.
"""

from __future__ import annotations

import re
import unittest

from manifests import ROOT

FOLDER = ROOT / "Sources/MaaSControl/TaskStore/Schema/Migrations"

#: Written before anything was released: no old version can run beside them.
BEFORE_THE_RULES = 4

#: For statements about a table that was there before: what they may not say, and why.
FORBIDDEN = {
    r"^DROP (TABLE|FUNCTION|VIEW)": "the old version still uses it",
    r"^TRUNCATE": "it is data of the old version",
    r"^ALTER TABLE .*\bDROP (COLUMN|(?!CONSTRAINT|NOT|DEFAULT|COLUMN|IF)\w)": "the old version still reads it",
    r"^ALTER TABLE .*\bRENAME": "the old version knows it by the old name",
    r"^ALTER TABLE .*\bALTER (COLUMN )?\w+ (SET DATA )?TYPE\b": "it rewrites the table while nobody may read it",
    r"^ALTER TABLE .*\bSET NOT NULL": "the old version may write none",
    r"^ALTER TABLE .*\bADD (COLUMN )?(?!CONSTRAINT)\w+ [^,]*\bNOT NULL(?![^,]*\bDEFAULT)": "the old one gives no value",
    r"^ALTER TABLE .*\bDEFAULT [^,]*\b(random|gen_random_uuid|clock_timestamp)\b": "a value a row rewrites the table",
    r"^ALTER TABLE .*\bADD CONSTRAINT (?!.*NOT VALID)": "the table is read whole while nobody may write: NOT VALID",
    r"^CREATE UNIQUE INDEX": "the old version may write what it refuses",
    # One with WHERE, over rows to come, takes no time; one that is made by hand before, CONCURRENTLY, neither.
    r"^CREATE INDEX (?!IF NOT EXISTS )(?!.* WHERE )": "nobody can write while it is made",
    r"^UPDATE (?!.* WHERE )": "it holds every row until the end",
}


def statements(sql: str) -> list[str]:
    """Each on one line, without comments; the body of a function is none of our business."""
    sql = re.sub(r"\$\$.*?\$\$", "$$$$", re.sub(r"--[^\n]*", "", sql), flags=re.DOTALL)
    return [" ".join(one.split()) for one in sql.split(";") if one.strip()]


def table(statement: str) -> str | None:
    """The table that a statement is about."""
    found = re.match(
        r"(?:CREATE (?:UNIQUE )?INDEX (?:IF NOT EXISTS )?\w+ ON|ALTER TABLE(?: IF EXISTS)?(?: ONLY)?|UPDATE"
        r"|DROP \w+(?: IF EXISTS)?|TRUNCATE(?: TABLE)?|CREATE TABLE(?: IF NOT EXISTS)?) (\w+)",
        statement,
    )
    return found and found[1]


def faults(sql: str) -> list[str]:
    """What may not be done, and why."""
    new = {table(one) for one in statements(sql) if one.startswith("CREATE TABLE")}
    return [
        f"{statement[:80]}: {reason}"
        for statement in statements(sql)
        if table(statement) not in new
        for pattern, reason in FORBIDDEN.items()
        if re.match(pattern, statement)
    ]


class MigrationTests(unittest.TestCase):
    def test_each_has_a_number_of_its_own(self):
        numbers = [path.name[:4] for path in FOLDER.glob("*.sql")]
        self.assertEqual(len(numbers), len(set(numbers)))

    def test_the_old_version_can_go_on(self):
        for path in sorted(FOLDER.glob("*.sql")):
            if int(path.name[:4]) > BEFORE_THE_RULES:
                with self.subTest(migration=path.name):
                    self.assertEqual(faults(path.read_text()), [])

    def test_what_the_old_version_could_not_stand_is_found(self):
        for sql in [
            "DROP TABLE tasks",
            "ALTER TABLE tasks DROP COLUMN stage",
            "ALTER TABLE tasks DROP stage",
            "ALTER TABLE tasks RENAME COLUMN stage TO phase",
            "ALTER TABLE tasks ALTER COLUMN id TYPE uuid",
            "ALTER TABLE tasks ALTER stage SET NOT NULL",
            "ALTER TABLE tasks ADD COLUMN phase text NOT NULL",
            "ALTER TABLE tasks ADD COLUMN a text, ADD COLUMN b text NOT NULL",
            "CREATE INDEX i ON tasks (stage)",
            "ALTER TABLE tasks ADD CONSTRAINT c CHECK (step > 0)",
            "UPDATE tasks SET stage = 'x'",
            "ALTER TABLE tasks ADD COLUMN u uuid NOT NULL DEFAULT gen_random_uuid()",
            "CREATE UNIQUE INDEX i ON tasks (stage)",
        ]:
            with self.subTest(sql=sql):
                self.assertEqual(len(faults(sql)), 1)

    def test_what_only_adds_is_allowed(self):
        for sql in [
            "CREATE TABLE t (a text NOT NULL); CREATE INDEX t_a ON t (a); CREATE UNIQUE INDEX t_b ON t (a)",
            "ALTER TABLE tasks ADD COLUMN a text, ADD COLUMN b integer NOT NULL DEFAULT 0",
            "ALTER TABLE tasks ADD COLUMN a text; -- DROP TABLE\nCREATE INDEX i ON tasks (a) WHERE a IS NOT NULL",
            "CREATE INDEX IF NOT EXISTS i ON tasks (stage)",
            "ALTER TABLE tasks DROP CONSTRAINT IF EXISTS c, ADD CONSTRAINT c CHECK (a > 0) NOT VALID",
            "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN UPDATE tasks SET a = 1; END $$",
        ]:
            with self.subTest(sql=sql):
                self.assertEqual(faults(sql), [])


if __name__ == "__main__":
    unittest.main()
