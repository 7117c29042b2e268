"""The pages that say what the archive is, by which rules the digest is made, and how far it is accessible."""

from __future__ import annotations

from veille.archive.frame import conformity, declared_audit, frame_of
from veille.archive.paths import ABOUT_PATH, ACCESSIBILITY_PATH
from veille.compose.addresses import barrier_mailto, leave_mailto, propose_mailto
from veille.compose.page_contexts import AboutPage, AccessibilityPage
from veille.compose.wording import date_label
from veille.i18n import translations
from veille.settings import Settings


def about_page(settings: Settings) -> AboutPage:
    """What the digest is, and its charter in sentences."""
    language = settings.digest.language
    return AboutPage(
        frame=frame_of(ABOUT_PATH, translations(language).gettext("About"), settings),
        curator=settings.curator.name,
        rules=_rules(settings),
        propose_url=propose_mailto(settings, language),
        leave_url=leave_mailto(settings, language),
    )


def accessibility_page(settings: Settings) -> AccessibilityPage:
    """The statement of RGAA 4.1. Raises ``ConfigError`` when the audit is declared by halves."""
    language = settings.digest.language
    gettext = translations(language).gettext
    audit = declared_audit(settings.accessibility)
    sentences = {
        "none": gettext("This archive does not conform to RGAA 4.1."),
        "partial": gettext("This archive conforms to RGAA 4.1 in part."),
        "full": gettext("This archive conforms to RGAA 4.1 in full."),
    }
    percent = gettext("{percent} % of the criteria of RGAA 4.1 that apply are kept.")
    return AccessibilityPage(
        frame=frame_of(ACCESSIBILITY_PATH, gettext("Accessibility statement"), settings),
        conformity=sentences[conformity(settings.accessibility)],
        auditor=audit.auditor if audit else "",
        audited_on=date_label(audit.audited_on, language) if audit else "",
        percent=percent.format(percent=audit.percent) if audit else "",
        contact_url=barrier_mailto(settings, language),
    )


def _rules(settings: Settings) -> tuple[str, ...]:
    """The charter as readers may know it; a rule that is off is not promised."""
    charter, language = settings.charter, settings.digest.language
    gettext, ngettext = translations(language).gettext, translations(language).ngettext
    links = settings.digest.links
    return (
        ngettext(
            "{count} link, once a month, chosen by a person: no machine chooses.",
            "{count} links, once a month, chosen by a person: no machine chooses.",
            links,
        ).format(count=links),
        gettext("Each link says why it matters to us."),
        ngettext(
            "An issue covers at least {count} theme.",
            "An issue covers at least {count} themes.",
            charter.themes_wanted,
        ).format(count=charter.themes_wanted),
        ngettext(
            "No source has more than {count} link in an issue.",
            "No source has more than {count} links in an issue.",
            charter.picks_per_source,
        ).format(count=charter.picks_per_source),
        gettext(
            "Every link is tried before the issue leaves; nothing is shown a second time as if it were new."
        ),
        gettext("Colleagues propose links, and are thanked by name when they wish so."),
    )
