"""`python -m vizterm_core.reduce`: the process that makes a map; see `worker`."""

from vizterm_core.reduce.worker import main

if __name__ == "__main__":
    main()
