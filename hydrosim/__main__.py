"""``python -m hydrosim``: the command line."""

import sys

from hydrosim.cli.main import main

sys.exit(main())
