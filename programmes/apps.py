from django.apps import AppConfig


class ProgrammesConfig(AppConfig):
    name = "programmes"
    verbose_name = "Programmes"

    def ready(self) -> None:
        from partners import audit_words
        from partners.events import declare
        from partners.pages import Entry, add_to_navigation
        from partners.permissions import Permission

        declare("programme.loaded", "assessment_template.loaded")
        audit_words.say({"contract.prices": "the prices of a contract"})
        add_to_navigation(
            Entry("Contracts", "contracts", frozenset({"prime"}), Permission.SEE_TERMS, order=40)
        )
