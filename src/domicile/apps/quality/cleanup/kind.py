"""The kind of task by which a case that is not settled is looked at again."""

KIND = "cleanup"
