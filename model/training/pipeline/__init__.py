"""The data pipeline: from source films to verified training pairs, stage by stage, in shards."""
