"""For those who keep the installation going: health checks and figures."""
