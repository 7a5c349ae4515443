"""What `wederhoor check` looks at besides a debate folder: the wording, and what the messages come to."""
