"""From a source text to proposed articles with typed sections; pure until committed."""
