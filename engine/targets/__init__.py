"""Where targets stand, what forbids a verdict, and where they are heading."""
