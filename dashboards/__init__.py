"""Grafana as code: dashboards and alert rules, built at development time, pushed to a server by `taihu grafana`."""
