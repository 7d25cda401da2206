"""A figure as a spreadsheet that works it out again: sheets of amounts, and a rule for every kind of figure."""
