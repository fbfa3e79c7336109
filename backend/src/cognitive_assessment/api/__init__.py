"""HTTP: a route parses, authorises, calls the store and presents. It never scores and never waits for a job."""
