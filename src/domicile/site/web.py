"""The web workers of an instance: granian, with its options, whose workers end when it ends."""

import os

from granian.cli import entrypoint

from domicile.site.lifeline import die_with


def main() -> None:
    """Serve until stopped. Each worker is tied to this process in the moment in which it is forked."""
    forking = [os.getpid()]

    def before() -> None:
        forking[0] = os.getpid()

    def after() -> None:
        if tie := die_with(forking[0]):
            tie()

    os.register_at_fork(before=before, after_in_child=after)
    entrypoint()


if __name__ == "__main__":
    main()
