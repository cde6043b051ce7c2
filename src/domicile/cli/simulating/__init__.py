"""A worker with a phone, played: the engine of the ODK Collect app fills and sends what a seed decides."""
