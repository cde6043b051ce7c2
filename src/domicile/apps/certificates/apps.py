"""Start-up of the app."""

from django.apps import AppConfig


class CertificatesConfig(AppConfig):
    name = "domicile.apps.certificates"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from domicile.apps.administration.telling import TABLES
        from domicile.apps.administration.words import ACTIONS, QUESTIONS
        from domicile.apps.areas import registry as areas
        from domicile.apps.certificates import recoding, retention, sections
        from domicile.apps.people import registry as cards
        from domicile.apps.tasks.registry import register_daily

        TABLES.update(
            {
                "certificates_certificate": _("certificates"),
                "certificates_signingkey": _("keys of certificates"),
                "certificates_permitapplication": _("applications for a residence permit"),
                "certificates_permitstep": _("steps of such applications"),
            }
        )
        ACTIONS.update(
            {
                "certificates.issue": _("certificate issued"),
                "certificates.end": _("certificate revoked"),
                "certificates.rotate": _("new key of certificates"),
                "certificates.permit": _("application for a residence permit noted"),
                "certificates.permit_step": _("step of an application for a residence permit"),
                retention.ERASE: _("certificates erased whose time was over"),
            }
        )
        QUESTIONS.update(
            {
                "certificate": _("a certificate"),
                "certificates": _("certificates of the own office"),
                "certificate_form": _("form of a certificate"),
                "print_certificate": _("print of a certificate"),
                "permit": _("application for a residence permit"),
                "print_permit": _("slip of an application for a residence permit"),
            }
        )
        areas.register(areas.Carrier("certificates", recoding.move))
        cards.card_section("person", sections.of_person)
        register_daily(retention.daily)
