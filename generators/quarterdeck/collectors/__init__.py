"""Reads what stands outside: accounts, mail service, domains, sites. Only reads, and says what it could not read."""
