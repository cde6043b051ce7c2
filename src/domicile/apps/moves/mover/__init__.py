"""The mover's own word (MO-1, MO-2): a one-time code, a public page, and what staff do with what was said.

Voluntary: nothing follows where a code is not used, and nothing that is said moves anybody. Staff at one of the ends take the
step. Nobody's way is followed: the page asks for a place and a day, and keeps neither an address of the network nor a device.
"""
