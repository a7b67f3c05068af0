"""`make bench`: speed, memory and bytes, as ratios measured in one run."""

from vizterm.shell.blas import limit_blas_threads

# As in the app, and before numpy is imported.
limit_blas_threads()
