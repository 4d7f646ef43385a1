"""The console: what the API can do, as pages of HTML that work in any browser, with a script or without."""
