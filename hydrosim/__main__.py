"""``python -m hydrosim``, and what the script ``hydrosim`` calls: the command line."""

import sys


def main() -> int:
    """Run the command line; Ctrl-C while it is being imported ends it as later on."""
    try:
        from hydrosim.cli.main import main as run
    except KeyboardInterrupt:
        return 130
    return run()


if __name__ == "__main__":
    sys.exit(main())
