"""Cases from elsewhere."""
