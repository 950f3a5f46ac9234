"""The command line: parses, calls the API, shows what came of it, maps errors to exit codes."""
