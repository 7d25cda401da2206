"""Any figure opened by its id: which one it is, by which rule, and on what it rests."""
