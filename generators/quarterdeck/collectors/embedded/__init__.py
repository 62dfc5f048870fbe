"""AWS played on this machine: to try the audit out without an account, and for tests."""
