"""Sign-in by a link in a mail: the function behind `/auth/*`, with nothing but boto3 and the standard library."""
