"""What leaves through outlets, hour by hour: limits, exceedances, loads as reported, tax."""
