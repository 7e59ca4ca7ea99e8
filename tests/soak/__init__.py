"""The long tests: processes are killed at random, the log is written to without pause. `make soak` runs them."""
