"""What an audit of AWS accounts sees, a module per service."""
