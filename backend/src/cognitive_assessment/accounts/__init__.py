"""How somebody proves who they are. Knows no database and no HTTP."""
