## Credit hours
