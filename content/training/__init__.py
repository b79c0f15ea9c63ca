"""How the type model is made: pages written for it, and the fitting. Not run in service."""
