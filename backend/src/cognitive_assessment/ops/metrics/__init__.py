"""What can be measured of a running system: counted by every process, looked up when it is asked for."""
