"""Work on batches in the background: enqueue `commit_batch.enqueue(str(batch.id), actor)` from a view."""
