"""What the province defines."""
