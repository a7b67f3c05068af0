"""Fuzzers: mutated files through the command line, and bytes into the running app."""
