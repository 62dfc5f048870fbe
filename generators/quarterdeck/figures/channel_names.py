"""The usual places to be found and booked: what sort they are, who looks there, and their names as printed."""

from quarterdeck.figures.names import folded

_BOATS = ("charter", "concert")

USUAL: dict[str, tuple[str, tuple[str, ...]]] = {
    "own-site": ("direct", (*_BOATS, "hauling", "agency", "delivery")),
    "email": ("email", _BOATS),
    "text": ("email", _BOATS),
    "google-profile": ("search", (*_BOATS, "hauling", "agency")),
    "maps": ("search", _BOATS),
    "yelp": ("directory", (*_BOATS, "hauling")),
    "tripadvisor": ("directory", _BOATS),
    "tourism-board": ("directory", _BOATS),
    "event-calendars": ("directory", _BOATS),
    "directories": ("directory", ("agency",)),
    "viator": ("ota", _BOATS),
    "getyourguide": ("ota", _BOATS),
    "airbnb-experiences": ("ota", _BOATS),
    "expedia": ("ota", _BOATS),
    "google-things-to-do": ("ota", _BOATS),
    "boatsetter": ("ota", _BOATS),
    "getmyboat": ("ota", _BOATS),
    "instagram": ("social", _BOATS),
    "facebook": ("social", _BOATS),
    "youtube": ("social", _BOATS),
    "nextdoor": ("social", ("hauling",)),
    "concierge": ("partner", _BOATS),
    "property-managers": ("partner", ("hauling",)),
    "referral": ("partner", ("hauling", "agency")),
    "case-studies": ("direct", ("agency",)),
    "local-services-ads": ("ads", ("hauling",)),
    "thumbtack": ("ads", ("hauling",)),
}
"""Usual channels: their kind, and the kinds of business that one would look for there."""

_ALIKE = {
    "referrals": "referral",
    "hoteldesks": "concierge",
    "conciergeandhoteldesks": "concierge",
    "searchprofile": "google-profile",
    "googlebusinessprofile": "google-profile",
    "googlebusiness": "google-profile",
    "website": "own-site",
    "bookingpage": "own-site",
    "realtors": "property-managers",
    "touristboard": "tourism-board",
}

_TITLES = {
    "own-site": "Booking page",
    "email": "Email list",
    "text": "Text messages",
    "google-profile": "Google profile",
    "maps": "Apple and Bing maps",
    "tripadvisor": "Tripadvisor",
    "getyourguide": "GetYourGuide",
    "google-things-to-do": "Google Things to do",
    "getmyboat": "GetMyBoat",
    "youtube": "YouTube",
    "concierge": "Concierge and hotel desks",
    "property-managers": "Realtors and managers",
    "local-services-ads": "Local services ads",
    "referral": "Referrals",
}


def title_of(channel: str) -> str:
    """The name of a channel as printed."""
    key = key_of(channel)
    return _TITLES.get(key, key.replace("-", " ").capitalize())


def key_of(channel: str) -> str:
    """One name for what several businesses call differently."""
    name = folded(channel)
    usual = {folded(one): one for one in USUAL}
    return _ALIKE.get(name) or usual.get(name) or channel.casefold()
