"""Running leadapp: the process behind `leadapp serve`, and the database that all commands use."""
