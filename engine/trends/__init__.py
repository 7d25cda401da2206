"""Monthly series of a plant since the base year, and whether they change by more than noise."""
