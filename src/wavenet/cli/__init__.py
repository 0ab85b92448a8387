"""The command ``wavenet``: one module per subcommand, imported when needed."""
