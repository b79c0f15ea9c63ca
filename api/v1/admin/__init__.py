"""What editors use: importing, editing, publishing, topics and tokens."""
