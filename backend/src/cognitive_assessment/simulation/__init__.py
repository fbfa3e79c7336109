"""A simulated participant who takes a session through the public HTTP API."""
