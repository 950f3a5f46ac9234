"""What a run tells its reader: tables of supply, shortage, storage and replenishment."""
