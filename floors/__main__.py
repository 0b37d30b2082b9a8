"""`python -m floors` is the command `floors`."""

from floors.cli import main

if __name__ == "__main__":
    main()
