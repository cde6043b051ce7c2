"""The name under which tasks of campaigns are known to the engine of tasks."""

KIND = "campaign"
