"""Detectors of keys to models, maps, bookings, networks, customers, sign-in and monitoring (SEC-43 to SEC-52)."""

import re

from quarterdeck.model.severity import Severity
from quarterdeck.secrets.guards import has_digit_and_letter, is_mixed, service_role
from quarterdeck.secrets.shapes import Detector, Pattern, named, shown, whole

_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_BOOKING = {
    "FareHarbor": "fareharbor",
    "Checkfront": "checkfront",
    "Bookeo": "bookeo",
    "Peek": "peek_",
    "Rezdy": "rezdy",
    "Square Appointments": "square_appointments",
    "Calendly": "calendly",
    "Acuity": "acuity",
    "Hospitable": "hospitable",
    "Guesty": "guesty",
    "Hostaway": "hostaway",
}

SERVICES = (
    Detector(
        code="SEC-43",
        name="openai_key",
        severity=Severity.HIGH,
        finds="A key of OpenAI: of a project, a service account, an administrator, or of the older form.",
        passes="Names of classes in pages, and keys of Stripe.",
        patterns=(
            shown(
                "OpenAI",
                ("sk-proj-", "sk-svcacct-", "sk-admin-"),
                r"(?<![_-])sk-(?:proj|svcacct|admin)-[A-Za-z0-9_-]{20,250}",
                guard=is_mixed,
            ),
            shown(
                "OpenAI", "t3blbkfj", r"sk-(?:[a-z]{4,8}-)?[A-Za-z0-9_-]{20,80}T3BlbkFJ[A-Za-z0-9_-]{20,80}"
            ),
        ),
    ),
    Detector(
        code="SEC-44",
        name="anthropic_and_other_ai",
        severity=Severity.HIGH,
        finds="A key of Anthropic, Hugging Face, Replicate, Groq or Perplexity.",
        passes="Names of models.",
        patterns=(
            shown("Anthropic", "sk-ant-", r"sk-ant-[A-Za-z0-9_-]{80,250}"),
            shown("Hugging Face", "hf_", r"hf_[A-Za-z0-9]{34}"),
            shown("Replicate", "r8_", r"r8_[A-Za-z0-9]{37}"),
            shown("Groq", "gsk_", r"gsk_[A-Za-z0-9]{52}"),
            shown("Perplexity", "pplx-", r"pplx-[A-Za-z0-9]{48}"),
        ),
    ),
    Detector(
        code="SEC-45",
        name="map_token",
        severity=Severity.MEDIUM,
        finds="A secret token of Mapbox, or a key of HERE or TomTom by its name; a public token of Mapbox is a note.",
        passes="Nothing else has the form.",
        patterns=(
            shown("Mapbox", "sk.eyj", r"sk\.eyJ[A-Za-z0-9_-]{20,250}\.[A-Za-z0-9_-]{20,40}"),
            shown(
                "Mapbox",
                "pk.eyj",
                r"pk\.eyJ[A-Za-z0-9_-]{20,250}\.[A-Za-z0-9_-]{20,40}",
                severity=Severity.INFO,
            ),
            named(
                "HERE",
                ("here_", "hereapi", "heremap"),
                "here_?(?:api|app|map)",
                "[A-Za-z0-9_-]{43}",
                guard=is_mixed,
            ),
            named("TomTom", "tomtom", "tomtom.*(?:key|token)", "[A-Za-z0-9]{32}", guard=has_digit_and_letter),
        ),
    ),
    Detector(
        code="SEC-46",
        name="airtable_notion_token",
        severity=Severity.HIGH,
        finds="A token of Airtable, or of Notion where Notion is named near.",
        passes="Ids of tables and pages.",
        patterns=(
            shown("Airtable", "pat", r"pat[A-Za-z0-9]{14}\.[0-9a-f]{64}"),
            Pattern(
                vendor="Notion",
                marks=("secret_",),
                look=whole("secret_[A-Za-z0-9]{43}"),
                near=re.compile("(?i)notion"),
            ),
            Pattern(
                vendor="Notion",
                marks=("ntn_",),
                look=whole("ntn_[A-Za-z0-9]{46}"),
                near=re.compile("(?i)notion"),
            ),
        ),
    ),
    Detector(
        code="SEC-47",
        name="booking_system_key",
        severity=Severity.HIGH,
        finds="A key, token or secret of a booking system, by the name that it is given.",
        passes="Ids that a page shows to embed a calendar, and short names of shops.",
        patterns=tuple(
            named(
                vendor,
                (word, word.replace("_", "-"), word.replace("_", "")) if len(word) > len("peek_") else word,
                f"{word.strip('_').replace('_', '[_.-]?')}.*(?:key|token|secret)",
                r"[A-Za-z0-9_.+/=-]{20,250}",
                guard=has_digit_and_letter,
                floor=3.0,
            )
            for vendor, word in _BOOKING.items()
        ),
    ),
    Detector(
        code="SEC-48",
        name="social_and_ads_token",
        severity=Severity.HIGH,
        finds="A token of Facebook, Google Ads, LinkedIn, TikTok or X.",
        passes="Ids of pixels and of measurements.",
        patterns=(
            shown(
                "Facebook", "eaa", r"(?<![+/])EAA[A-Za-z0-9]{90,400}", after="A-Za-z0-9+/_-", guard=is_mixed
            ),
            named(
                "Google Ads",
                ("developer_token", "developer-token", "developertoken"),
                "developer[_-]?token",
                "[A-Za-z0-9_-]{22}",
                guard=is_mixed,
            ),
            named(
                "LinkedIn",
                "linkedin",
                "linkedin.*(?:secret|token)",
                r"[A-Za-z0-9_.=-]{16,400}",
                guard=is_mixed,
            ),
            named(
                "TikTok",
                "tiktok",
                "tiktok.*(?:secret|token)",
                "[A-Za-z0-9_-]{32,80}",
                guard=has_digit_and_letter,
            ),
            shown(
                "X",
                "aaaaaaaa",
                r"(?<![+/])AAAAAAAA[A-Za-z0-9%]{92,200}",
                after="A-Za-z0-9%+/",
                guard=is_mixed,
            ),
        ),
    ),
    Detector(
        code="SEC-49",
        name="hubspot_salesforce_token",
        severity=Severity.HIGH,
        finds="A token of a private application at HubSpot, or of a session at Salesforce.",
        passes="Ids of records.",
        patterns=(
            shown("HubSpot", "pat-", rf"pat-(?:na|eu|ap)[0-9]-{_UUID}"),
            shown("Salesforce", "00d", r"00D[A-Za-z0-9]{12,15}![A-Za-z0-9._]{90,200}"),
        ),
    ),
    Detector(
        code="SEC-50",
        name="supabase_firebase_key",
        severity=Severity.CRITICAL,
        finds="A key of Supabase with every right; a token of its command line or a key of Firebase's server is high.",
        passes="Keys for anonymous use, and the settings that a page of Firebase shows.",
        patterns=(
            shown(
                "Supabase",
                "eyj",
                r"eyJ[A-Za-z0-9_-]{10,500}\.eyJ[A-Za-z0-9_-]{10,2000}\.[A-Za-z0-9_-]{20,700}",
                guard=service_role,
            ),
            shown("Supabase", "sbp_", r"sbp_[0-9a-f]{40}", severity=Severity.HIGH),
            shown("Firebase", "aaaa", r"AAAA[A-Za-z0-9_-]{7}:[A-Za-z0-9_-]{140}", severity=Severity.HIGH),
        ),
    ),
    Detector(
        code="SEC-51",
        name="auth_provider_secret",
        severity=Severity.HIGH,
        finds="A secret of Auth0, Okta, Clerk, WorkOS or Cognito.",
        passes="Client ids, publishable keys and addresses of issuers.",
        patterns=(
            named("Auth0", "auth0", "auth0.*secret", "[A-Za-z0-9_-]{64}", guard=is_mixed),
            Pattern(
                vendor="Okta",
                marks=("okta",),
                look=whole("00[A-Za-z0-9_-]{40}", after=r"\w-"),
                near=re.compile("(?i)okta"),
                guard=is_mixed,
            ),
            Pattern(
                vendor="Clerk",
                marks=("clerk",),
                look=whole("sk_live_[A-Za-z0-9]{40,60}"),
                near=re.compile("(?i)clerk"),
            ),
            Pattern(
                vendor="WorkOS",
                marks=("workos",),
                look=whole("sk_(?:live_)?[A-Za-z0-9]{30,80}"),
                near=re.compile("(?i)workos"),
            ),
            named("Cognito", "cognito", "cognito.*secret", "[a-z0-9]{40,64}", guard=has_digit_and_letter),
        ),
    ),
    Detector(
        code="SEC-52",
        name="monitoring_token",
        severity=Severity.MEDIUM,
        finds="A token of Sentry, Datadog, New Relic, Grafana or PagerDuty; an address of Sentry is a note.",
        passes="Nothing else has the form.",
        patterns=(
            shown(
                "Sentry",
                ("sntrys_", "sntryu_"),
                r"sntry[su]_[A-Za-z0-9+/=_-]{40,250}",
                after="A-Za-z0-9+/=_-",
            ),
            shown(
                "Sentry",
                "sentry.io/",
                r"https://[0-9a-f]{32}@(?:o[0-9]{1,12}\.)?(?:ingest\.)?(?:us\.|de\.)?sentry\.io/[0-9]{1,20}",
                severity=Severity.INFO,
            ),
            named(
                "Datadog",
                ("datadog", "dd_api", "dd_app"),
                "(?:datadog|dd).*key",
                "[0-9a-f]{32}(?:[0-9a-f]{8})?",
            ),
            shown("New Relic", "nrak-", r"NRAK-[A-Z0-9]{27}"),
            shown("Grafana", "glsa_", r"glsa_[A-Za-z0-9]{32}_[0-9A-Fa-f]{8}"),
            shown("Grafana", "glc_", r"glc_[A-Za-z0-9+/=]{32,400}", after="A-Za-z0-9+/=", guard=is_mixed),
            named(
                "PagerDuty",
                ("pagerduty", "pager_duty"),
                "pager_?duty.*(?:key|token)",
                r"[A-Za-z0-9_+-]{20}",
                guard=has_digit_and_letter,
            ),
        ),
    ),
)
