"""Which plants are simulated? Six works in the five cities of southern Jiangsu, one file each."""
