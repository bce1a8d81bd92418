"""What time alone brings about, and who hears of it."""
