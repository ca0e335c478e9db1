"""Monthly performance packs: what they say, their two files, and how they are made."""
