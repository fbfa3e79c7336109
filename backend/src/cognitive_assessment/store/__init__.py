"""All SQL: tables, migrations, one module per aggregate. The caller of a function owns the transaction."""
