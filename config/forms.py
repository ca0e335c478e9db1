"""How every form looks: Django renders its fields with the design system's markup, from one place."""

from typing import Any, Final

from django.forms import Field, widgets
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting

# The first match decides, so that a class stands before the one it inherits from.
KINDS: Final[tuple[tuple[type[widgets.Widget], str, str], ...]] = (
    (widgets.CheckboxSelectMultiple, "checkboxes", "govuk-checkboxes__input"),
    (widgets.RadioSelect, "radios", "govuk-radios__input"),
    (widgets.CheckboxInput, "checkbox", "govuk-checkboxes__input"),
    (widgets.Select, "select", "govuk-select"),
    (widgets.Textarea, "textarea", "govuk-textarea"),
    (widgets.FileInput, "file", "govuk-file-upload"),
    (
        widgets.PasswordInput,
        "password",
        "govuk-input govuk-password-input__input govuk-js-password-input-input",
    ),
    (widgets.DateTimeBaseInput, "date", "govuk-input govuk-input--width-10"),
    (widgets.NumberInput, "number", "govuk-input govuk-input--width-10"),
    (widgets.Input, "text", "govuk-input"),
)
# Browsers ask for dates and times in their own way, and want the value in ISO 8601.
NATIVE: Final[tuple[tuple[type[widgets.DateTimeBaseInput], str, str], ...]] = (
    (widgets.DateInput, "date", "%Y-%m-%d"),
    (widgets.TimeInput, "time", "%H:%M"),
    (widgets.DateTimeInput, "datetime-local", "%Y-%m-%dT%H:%M"),
)
# What to do, in words that name the field: the summary at the top stands far from its label.
REQUIRED: Final = {
    "radios": "Choose an answer for “{}”",
    "checkboxes": "Tick at least one of “{}”",
    "checkbox": "Tick “{}”",
    "select": "Choose “{}”",
    "file": "Choose a file for “{}”",
}
BORDERED: Final = ("govuk-input", "govuk-textarea", "govuk-select", "govuk-file-upload")


class GovukBoundField(BoundField):
    """A field that knows which of the design system's controls it is."""

    def __init__(self, form: Any, field: Any, name: str) -> None:
        super().__init__(form, field, name)
        for kind, input_type, pattern in NATIVE:
            if isinstance(field.widget, kind):
                # The form holds its own copy of the widget, so nothing shared changes here.
                field.widget.input_type = input_type
                field.widget.format = pattern
        if self.kind == "number":
            self._take_text(field.widget)
        if field.error_messages.get("required") == Field.default_error_messages["required"]:
            field.error_messages["required"] = REQUIRED.get(self.kind, "Fill in “{}”").format(self.label)

    @property
    def kind(self) -> str:
        """Which control this is, by the second column of KINDS; hidden or other where it is none of them."""
        return self._control(self.field.widget)[0]

    @property
    def optional(self) -> bool:
        """Whether to say so beside the label: a single tick box may always stay empty."""
        return not self.field.required and self.kind != "checkbox"

    @property
    def anchor(self) -> str:
        """The id of what takes the focus when an error is followed: of several choices, the first."""
        if self.kind in ("radios", "checkboxes") and self.subwidgets:
            return self.subwidgets[0].id_for_label
        return self.id_for_label or ""

    def build_widget_attrs(
        self, attrs: dict[str, Any], widget: widgets.Widget | None = None
    ) -> dict[str, Any]:
        """Django's attributes with the classes of the control, and without the browser's own bubbles."""
        shown = widget or self.field.widget
        attrs = super().build_widget_attrs(attrs, shown)
        # Errors are answered in words beside the field; the browser's bubble would get there first.
        attrs.pop("required", None)
        # A placeholder is gone as soon as one types; the label and the hint say it.
        attrs["placeholder"] = False
        classes = self._control(shown)[1]
        block = classes.partition(" ")[0]
        if self.errors and block in BORDERED:
            classes += f" {block}--error"
        classes = f"{classes} {shown.attrs.get('class', '')}".strip()
        return {**attrs, "class": classes} if classes else attrs

    @staticmethod
    def _take_text(widget: widgets.NumberInput) -> None:
        # The browser's own control sends nothing for what it cannot read: "20 min" would be lost without a word.
        # The limits are the field's to check; of text they would say nothing.
        limits = {name: widget.attrs.pop(name, None) for name in ("min", "max", "step")}
        widget.input_type = "text"
        widget.attrs.setdefault("inputmode", "decimal" if limits["step"] else "numeric")

    @staticmethod
    def _control(widget: widgets.Widget) -> tuple[str, str]:
        if isinstance(widget, widgets.HiddenInput):
            return "hidden", ""
        return next(
            ((kind, classes) for base, kind, classes in KINDS if isinstance(widget, base)), ("other", "")
        )


class GovukRenderer(TemplatesSetting):
    """Renders `{{ form }}` with its error summary, and `{{ field.as_field_group }}` with label, hint and error."""

    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"
    bound_field_class = GovukBoundField
