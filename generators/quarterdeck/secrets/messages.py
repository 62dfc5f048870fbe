"""Detectors of keys to mail, telephone and chat services (SEC-26 to SEC-36)."""

import re

from quarterdeck.model.severity import Severity
from quarterdeck.secrets.guards import has_digit_and_letter, is_mixed, starts_with_digits
from quarterdeck.secrets.shapes import Detector, Pattern, named, shown, whole

_UUID = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_MAILGUN = ("mailgun", "mg_api", "mg-api")

MESSAGES = (
    Detector(
        code="SEC-26",
        name="sendgrid_key",
        severity=Severity.CRITICAL,
        use="mail",
        finds="A key of SendGrid.",
        passes="Versions and other short texts with the same beginning.",
        patterns=(shown("SendGrid", "sg.", r"SG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}"),),
    ),
    Detector(
        code="SEC-27",
        name="mailgun_key",
        severity=Severity.CRITICAL,
        use="mail",
        finds="A key of Mailgun, old form or new, in text that names Mailgun.",
        passes="Names of classes in pages that begin alike.",
        patterns=(
            Pattern(
                vendor="Mailgun",
                marks=_MAILGUN,
                look=whole("key-[0-9a-f]{32}"),
                near=re.compile("(?i)mailgun|mg[_-]api"),
            ),
            shown("Mailgun", _MAILGUN, r"[0-9a-f]{32}-[0-9a-f]{8}-[0-9a-f]{8}"),
        ),
    ),
    Detector(
        code="SEC-28",
        name="postmark_token",
        severity=Severity.CRITICAL,
        use="mail",
        finds="A token of Postmark, by the name that it is given.",
        passes="Ids of the same form under other names.",
        patterns=(named("Postmark", "postmark", "postmark", _UUID),),
    ),
    Detector(
        code="SEC-29",
        name="mailchimp_key",
        severity=Severity.HIGH,
        use="mail",
        finds="A key of Mailchimp or of its Mandrill.",
        passes="Hexadecimal text without the data centre behind it.",
        patterns=(
            shown("Mailchimp", "-us", r"[0-9a-f]{32}-us[0-9]{1,2}"),
            shown("Mandrill", "md-", r"md-[A-Za-z0-9_-]{22}", guard=is_mixed),
        ),
    ),
    Detector(
        code="SEC-30",
        name="brevo_resend_other_mail",
        severity=Severity.HIGH,
        use="mail",
        finds="A key of Brevo, Resend, Klaviyo, ConvertKit or ActiveCampaign.",
        passes="Names of variables with the same beginning, and publishable keys of Stripe.",
        patterns=(
            shown("Brevo", "xkeysib-", r"xkeysib-[0-9a-f]{64}-[A-Za-z0-9]{16}"),
            shown("Resend", "re_", r"re_[A-Za-z0-9]{8}_[A-Za-z0-9]{24}", guard=is_mixed),
            shown("Klaviyo", "pk_", r"pk_[0-9a-f]{34}", guard=has_digit_and_letter),
            named(
                "ConvertKit", "convertkit", "convertkit", r"[0-9A-Za-z_-]{40,72}", guard=has_digit_and_letter
            ),
            named(
                "ActiveCampaign",
                ("activecampaign", "active_campaign"),
                "active_?campaign",
                r"[0-9a-f]{40,72}",
            ),
        ),
    ),
    Detector(
        code="SEC-31",
        name="twilio_secret",
        severity=Severity.CRITICAL,
        finds="The auth token or an interface key of Twilio.",
        passes="The id of the account alone.",
        patterns=(
            named(
                "Twilio",
                ("auth_token", "authtoken", "auth-token", "twilio"),
                r"auth[_.-]?token|twilio.*(?:token|secret)",
                "[0-9a-f]{32}",
                near=re.compile(r"\bAC[0-9a-f]{32}\b|(?i:twilio)"),
            ),
            Pattern(
                vendor="Twilio",
                marks=("twilio", "secret"),
                look=whole("SK[0-9a-f]{32}"),
                near=re.compile("(?i)secret|twilio"),
            ),
        ),
    ),
    Detector(
        code="SEC-32",
        name="phone_and_text_tokens",
        severity=Severity.HIGH,
        finds="A token of Vonage, Plivo, Telnyx or MessageBird.",
        passes="Ids of accounts.",
        patterns=(
            named(
                "Vonage",
                ("vonage", "nexmo"),
                "(?:vonage|nexmo).*(?:secret|token)",
                "[A-Za-z0-9]{16}",
                guard=has_digit_and_letter,
            ),
            named("Plivo", "plivo", "plivo.*(?:token|secret)", "[A-Za-z0-9]{40}", guard=has_digit_and_letter),
            named("Telnyx", "telnyx", "telnyx", "KEY[A-Za-z0-9_]{32,64}"),
            named(
                "MessageBird",
                "messagebird",
                "messagebird.*(?:key|token)",
                "[A-Za-z0-9]{25}",
                guard=has_digit_and_letter,
            ),
        ),
    ),
    Detector(
        code="SEC-33",
        name="slack_token",
        severity=Severity.HIGH,
        finds="A token of Slack: of a bot, a person, an application.",
        passes="The prefix alone, as texts about tokens name it.",
        patterns=(
            shown(
                "Slack",
                tuple(f"xox{sign}-" for sign in "abeoprs"),
                r"xox[abeoprs]-(?=[A-Za-z-]{0,20}[0-9])[A-Za-z0-9-]{20,250}",
                floor=2.8,
            ),
            shown("Slack", "xapp-", r"xapp-[0-9]-[A-Za-z0-9-]{30,250}"),
        ),
    ),
    Detector(
        code="SEC-34",
        name="chat_webhook",
        severity=Severity.MEDIUM,
        finds="An address that posts into a room of Slack, Discord, Microsoft Teams or Google Chat.",
        passes="The host without its secret path.",
        patterns=(
            shown(
                "Slack",
                "hooks.slack.com/",
                r"https://hooks\.slack\.com/(?:services|workflows|triggers)/[A-Z0-9]{8,14}/[A-Z0-9]{8,20}/[A-Za-z0-9/]{18,64}",
            ),
            shown(
                "Discord",
                "/api/webhooks/",
                r"https://(?:[a-z]{2,8}\.)?discord(?:app)?\.com/api/webhooks/[0-9]{16,20}/[A-Za-z0-9_-]{60,80}",
            ),
            shown(
                "Microsoft Teams",
                ".webhook.office.com/",
                rf"https://[\w-]{{1,80}}\.webhook\.office\.com/webhookb2/[\w@-]{{36,90}}/IncomingWebhook/[0-9a-f]{{32}}/{_UUID}",
            ),
            shown(
                "Google Chat",
                "chat.googleapis.com/",
                r"https://chat\.googleapis\.com/v1/spaces/[\w-]{6,20}/messages\?key=[\w-]{30,50}&token=[\w%=-]{30,80}",
            ),
        ),
    ),
    Detector(
        code="SEC-35",
        name="discord_bot",
        severity=Severity.HIGH,
        finds="The token of a bot of Discord.",
        passes="Signed tokens for the web, whose parts are longer and begin otherwise.",
        patterns=(
            Pattern(
                vendor="Discord",
                marks=("discord", "bot_token", "bot-token", "bottoken"),
                look=whole(
                    r"[MNO][A-Za-z0-9_-]{23,27}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,38}",
                    before=r"\w.-",
                    after=r"\w.-",
                ),
                guard=starts_with_digits,
            ),
        ),
    ),
    Detector(
        code="SEC-36",
        name="telegram_bot",
        severity=Severity.HIGH,
        finds="The token of a bot of Telegram.",
        passes="Moments with a colon.",
        patterns=(shown("Telegram", ":aa", r"(?<!:)[0-9]{8,10}:AA[A-Za-z0-9_-]{33}", guard=is_mixed),),
    ),
)
