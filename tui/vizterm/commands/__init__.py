"""The subcommands of `vizterm`, each imported when it is called."""
