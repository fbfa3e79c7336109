"""What an operator runs: the database, the supervisor, the health checks. Called by `cli`."""
