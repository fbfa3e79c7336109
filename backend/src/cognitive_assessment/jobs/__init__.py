"""One module per job: load, measure, save. Every job may run twice without harm."""
