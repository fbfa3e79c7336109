"""All SQL: tables, migrations, and one module per aggregate. Functions take a connection; the caller owns the transaction."""
