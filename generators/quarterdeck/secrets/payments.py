"""Detectors of keys to money: payment services and shops (SEC-01 to SEC-11)."""

from quarterdeck.model.severity import Severity
from quarterdeck.secrets.guards import has_digit_and_letter
from quarterdeck.secrets.shapes import Detector, named, shown

PAYMENTS = (
    Detector(
        code="SEC-01",
        name="stripe_live_secret",
        severity=Severity.CRITICAL,
        use="payment",
        finds="A secret key of Stripe for live payments.",
        passes="Publishable keys, test keys, and ids of prices, products and customers.",
        patterns=(shown("Stripe", "sk_live_", r"sk_live_[A-Za-z0-9]{24,250}"),),
    ),
    Detector(
        code="SEC-02",
        name="stripe_restricted_live",
        severity=Severity.CRITICAL,
        use="payment",
        finds="A restricted key of Stripe for live payments.",
        passes="Ids of customers and restricted test keys.",
        patterns=(shown("Stripe", "rk_live_", r"rk_live_[A-Za-z0-9]{24,250}"),),
    ),
    Detector(
        code="SEC-03",
        name="stripe_test_secret",
        severity=Severity.LOW,
        use="payment",
        finds="A secret or restricted key of Stripe for test payments.",
        passes="The prefix alone, as texts about keys name it.",
        patterns=(shown("Stripe", "k_test_", r"[sr]k_test_[A-Za-z0-9]{24,250}", is_test=True),),
    ),
    Detector(
        code="SEC-04",
        name="stripe_webhook_secret",
        severity=Severity.HIGH,
        use="signing",
        finds="The secret with which Stripe signs what it tells a webhook.",
        passes="The prefix before the name of a variable.",
        patterns=(shown("Stripe", "whsec_", r"whsec_[A-Za-z0-9+/=]{32,250}"),),
    ),
    Detector(
        code="SEC-05",
        name="square_access",
        severity=Severity.CRITICAL,
        use="payment",
        finds="An access token of Square, new form or old.",
        passes="The same letters inside the text of an image, and tokens of other services that begin alike.",
        patterns=(
            shown("Square", "eaaa", r"(?<![+/=_-])EAAA[A-Za-z0-9_-]{56,60}", after="A-Za-z0-9+/=_-"),
            shown("Square", "sq0atp-", r"sq0atp-[A-Za-z0-9_-]{22}"),
        ),
    ),
    Detector(
        code="SEC-06",
        name="square_app_secret",
        severity=Severity.HIGH,
        use="payment",
        finds="The secret of an application at Square; one of its sandbox is low.",
        passes="Ids of applications, which are public.",
        patterns=(
            shown(
                "Square",
                "sandbox-sq0cs",
                r"sandbox-sq0cs[bp]-[A-Za-z0-9_-]{40,43}",
                severity=Severity.LOW,
                is_test=True,
            ),
            shown("Square", "sq0csp-", r"(?<!sandbox-)sq0csp-[A-Za-z0-9_-]{43}"),
        ),
    ),
    Detector(
        code="SEC-07",
        name="paypal_secret",
        severity=Severity.CRITICAL,
        use="payment",
        finds="The secret of an application at PayPal, by the name that it is given.",
        passes="The client id that stands next to it.",
        patterns=(
            named("PayPal", "paypal", r"paypal.*secret|secret.*paypal", r"E[A-Za-z0-9_-]{59,89}", floor=3.5),
        ),
    ),
    Detector(
        code="SEC-08",
        name="braintree_token",
        severity=Severity.CRITICAL,
        use="payment",
        finds="An access token of Braintree; one of its sandbox is low.",
        passes="The form without its last part.",
        patterns=(
            shown(
                "Braintree",
                "access_token$production$",
                r"access_token\$production\$[a-z0-9]{16}\$[0-9a-f]{32}",
            ),
            shown(
                "Braintree",
                "access_token$sandbox$",
                r"access_token\$sandbox\$[a-z0-9]{16}\$[0-9a-f]{32}",
                severity=Severity.LOW,
                is_test=True,
            ),
        ),
    ),
    Detector(
        code="SEC-09",
        name="adyen_or_checkout_key",
        severity=Severity.HIGH,
        use="payment",
        finds="A key of Adyen or Checkout.com, by the name that it is given.",
        passes="Keys of Stripe, which have a prefix of their own.",
        patterns=(
            named("Adyen", "adyen", r"adyen", r"AQE[A-Za-z0-9+/=_-]{60,400}", floor=3.5),
            named(
                "Checkout.com",
                ("checkout_", "checkout-", "checkout.", "checkoutcom"),
                r"checkout",
                r"sk_(?!live_|test_)(?:sbox_)?[a-z0-9-]{27,40}",
            ),
        ),
    ),
    Detector(
        code="SEC-10",
        name="plaid_secret",
        severity=Severity.HIGH,
        use="payment",
        finds="The secret of an application at Plaid, by the name that it is given.",
        passes="The client id, which is shorter.",
        patterns=(
            named(
                "Plaid", "plaid", r"plaid.*secret|secret.*plaid", r"[0-9a-f]{30}", guard=has_digit_and_letter
            ),
        ),
    ),
    Detector(
        code="SEC-11",
        name="shopify_token",
        severity=Severity.HIGH,
        use="payment",
        finds="A token or shared secret of Shopify.",
        passes="Tokens of a shop's front, which are public.",
        patterns=(
            shown(
                "Shopify",
                ("shpat_", "shpca_", "shppa_", "shpss_"),
                r"shp(?:at|ca|pa|ss)_[0-9A-Fa-f]{32}",
            ),
        ),
    ),
)
