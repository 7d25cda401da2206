"""What leaves Taihu for other servers: lines for InfluxDB, and notices for whoever must know."""
