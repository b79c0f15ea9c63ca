"""The face of Dermis: HTTP, settings and the command line. It decides nothing about content."""
