"""The commands, one module each; every one can be used without the command line."""
