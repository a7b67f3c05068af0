"""`python -m vizterm`."""

from vizterm.cli import main

if __name__ == "__main__":
    main()
