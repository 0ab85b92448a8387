"""The command ``wavenet``: one module a subcommand, imported late."""
