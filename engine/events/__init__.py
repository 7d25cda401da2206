"""What persons say about meters: doubts decided, events declared, and what the past becomes then."""
