"""The post-enumeration survey (CE-9): areas drawn and asked a second time, who was missed, who was wrongly counted."""
