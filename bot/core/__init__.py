"""Values and decisions: no discord, no I/O, no clock."""
