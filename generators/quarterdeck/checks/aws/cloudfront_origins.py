"""Checks of what stands behind a distribution: whose it is, who gets at it, and by which way."""

from quarterdeck.checks.aws.cloudfront import not_judged, places_of, serves_booking
from quarterdeck.checks.behind import why_open
from quarterdeck.checks.leading import api_at, function_at, has_address, is_at_service
from quarterdeck.checks.registry import check
from quarterdeck.checks.resources import why_personal
from quarterdeck.checks.sites import few
from quarterdeck.model.check import Fail, NotApplicable, Pass, Unknown, Verdict, unread
from quarterdeck.model.cloud.apis import ApiRoute
from quarterdeck.model.cloud.buckets import Bucket
from quarterdeck.model.cloud.distributions import Behavior, Distribution, Origin
from quarterdeck.model.cloud.hosts import Host
from quarterdeck.model.facts import Facts
from quarterdeck.model.observed import Flag, NotCollected
from quarterdeck.model.severity import Severity

_BUCKETS = ("bucket", "website")
_PROGRAMS = ("api", "function")


def _behaviors_of(one: Distribution, *places: Origin) -> list[Behavior]:
    ids = {place.id for place in places}
    behaviors = one.behaviors if isinstance(one.behaviors, tuple) else ()
    return [each for each in behaviors if each.origin in ids]


@check(
    "AWS-CF-06",
    of=Distribution,
    severity=Severity.HIGH,
    roles=("cto", "ceo"),
    mend="S",
    over=("AWS-CF-08", "AWS-CF-07"),
    reads=("Distribution.places", "Distribution.is_on", "Bucket.name", "DomainCheck.has_address"),
)
def distribution_origin_missing(one: Distribution, facts: Facts) -> Verdict:
    """Distributions that fetch from a place that is not there.

    What it checks: that an audited account has the bucket, and that other hosts have an address.
    Why it matters: whoever makes a bucket of that name, or rents that host, decides what your visitors see.
    How to mend: take the origin out, or make the bucket again in your own account today.
    Known limits: a bucket that a known partner keeps counts as missing; of interfaces and functions only those
    that were listed are known to be there.
    Source: Amazon CloudFront Developer Guide, using various origins.
    """
    if why := not_judged(one, one.places):
        return why
    there = {place.name: _is_there(place, facts) for place in places_of(one)}
    if lost := [name for name, is_there in there.items() if is_there is False]:
        return Fail(
            f"{one.subject} fetches from {few(lost)}, which no audited account has: it could be taken over."
        )
    gap = unread(*there.values())
    return Unknown(gap) if gap else Pass()


def _is_there(place: Origin, facts: Facts) -> Flag:
    if place.kind in {"balancer", "hosting", "other"}:
        return has_address(place.host, facts)
    return is_at_service(Host(place.kind, place.name), place.host, facts)


@check(
    "AWS-CF-07",
    of=Distribution,
    severity=Severity.MEDIUM,
    roles=("cto",),
    mend="S",
    reads=("Distribution.places", "Distribution.is_on"),
)
def distribution_bucket_origin_open(one: Distribution, facts: Facts) -> Verdict:
    """Distributions whose bucket cannot know that it is they who ask.

    What it checks: origin access control of every bucket behind it; low where only the older identity is used.
    Why it matters: such a bucket must be open to everyone, so that all that the distribution guards is around it.
    How to mend: attach an origin access control, let the bucket's policy name the distribution, then block the rest.
    Known limits: buckets that answer as web sites can have none, and are another check's affair.
    Source: Amazon CloudFront Developer Guide, restricting access to an S3 origin.
    """
    if why := not_judged(one, one.places):
        return why
    buckets = places_of(one, "bucket")
    if not buckets:
        return NotApplicable("it fetches from no bucket")
    if bare := [place.name for place in buckets if place.access == "none"]:
        return Fail(
            f"{one.subject} asks bucket {few(bare)} like anybody else, so it must be open to be read."
        )
    if gap := unread(*(place.access for place in buckets)):
        return Unknown(gap)
    if old := [place.name for place in buckets if place.access == "identity"]:
        return Fail(
            f"{one.subject} asks bucket {few(old)} by an origin access identity, the older way.", Severity.LOW
        )
    return Pass()


@check(
    "AWS-CF-08",
    of=Distribution,
    severity=Severity.CRITICAL,
    roles=("cto", "ceo"),
    mend="M",
    feeds=("R-CTO-07",),
    over=("AWS-CF-07",),
    reads=("Distribution.places", "Distribution.behaviors", "Distribution.is_on", "Bucket.name"),
)
def distribution_private_data_unsigned(one: Distribution, facts: Facts) -> Verdict:
    """Distributions that hand out data about people to whoever knows the address.

    What it checks: paths that lead to a bucket with data about people, for signed addresses or a sign-in.
    Why it matters: an address that was mailed once is enough, and addresses are guessed, logged and forwarded.
    How to mend: let those paths demand signed addresses or cookies, by a trusted key group.
    Known limits: a function in front counts as a sign-in where its name or comment says so, and is not known where
    nobody states its purpose. A bucket that portfolio.yml names as a site is meant to be read.
    Source: Amazon CloudFront Developer Guide, serving private content with signed URLs.
    """
    if why := not_judged(one, one.places, one.behaviors):
        return why
    gaps: list[object] = []
    held = 0
    for place in places_of(one, *_BUCKETS):
        why_held = _why_held(place.name, one, facts)
        gaps += [why_held] if isinstance(why_held, NotCollected) else []
        if isinstance(why_held, NotCollected) or not why_held:
            continue
        held += 1
        for each in _behaviors_of(one, place):
            if each.is_signed is True or each.signs_in is True:
                continue
            if gap := unread(each.is_signed, each.signs_in):
                gaps.append(gap)
                continue
            return Fail(
                f"{one.subject} gives bucket {place.name} to whoever knows the address, and it is taken to hold "
                f"data about people: {why_held}.",
                about=place.name,
            )
    if gap := unread(*gaps):
        return Unknown(gap)
    return Pass() if held else NotApplicable("nothing behind it is taken to hold data about people")


def _why_held(name: str, one: Distribution, facts: Facts) -> str | NotCollected:
    """Why a bucket is taken to hold data about people; empty where it is not, or is a site on purpose."""
    if any(name in sites for sites in facts.evidence.declared.sites.values()):
        return ""
    seen = next((bucket for bucket in facts.of(Bucket) if bucket.name == name), None)
    bucket = seen or Bucket(entity=one.entity, source=one.source, name=name)
    why = why_personal(bucket, facts)
    if why or seen or facts.evidence.has_read(Bucket, ""):
        return why
    return NotCollected("aws-s3", name, "not known what the bucket holds")


@check(
    "AWS-CF-09",
    of=Distribution,
    severity=Severity.LOW,
    roles=("cto",),
    mend="S",
    reads=(
        "Distribution.places",
        "Distribution.behaviors",
        "Distribution.is_on",
        "ApiRoute.auth",
        "Function.is_url_open",
        "Function.tags",
        "Handler.is_guarded",
    ),
)
def distribution_api_reachable_directly(one: Distribution, facts: Facts) -> Verdict:
    """Distributions whose interface or function anybody can also call around them.

    What it checks: whether an interface or a function's address behind it knows who asks; medium on the way to a
    booking or payment.
    Why it matters: limits, filters and logs of the distribution count for nothing to whoever calls around it.
    How to mend: give the function's address origin access control; let the interface check a secret header.
    Known limits: where a header is sent, whether the program checks it is seen of functions whose code was read.
    Source: Amazon CloudFront Developer Guide, restricting access to a function URL origin.
    """
    if why := not_judged(one, one.places):
        return why
    programs = places_of(one, *_PROGRAMS)
    if not programs:
        return NotApplicable("it fetches from no interface and no function")
    guarded = {place.host: _is_guarded(place, facts) for place in programs}
    for place in programs:
        if guarded[place.host] is False:
            paths = [each.path for each in _behaviors_of(one, place)]
            severity = Severity.MEDIUM if serves_booking(one, facts, paths) else None
            return Fail(f"{place.host} behind {one.subject} can be called around it by anybody.", severity)
    gap = unread(*guarded.values())
    return Unknown(gap) if gap else Pass()


def _is_guarded(place: Origin, facts: Facts) -> Flag:
    if place.access == "control":
        return True
    if place.kind == "function":
        function = function_at(place.host, facts)
        if function and place.has_header and why_open(function, facts):
            return True
        is_open = function.is_url_open if function else _unseen(place)
    else:
        is_open = _is_api_open(place, facts)
    if is_open is False:
        return True
    if place.has_header:
        return NotCollected("aws-cloudfront", place.host, "a header is sent; not known whether it is checked")
    return is_open if isinstance(is_open, NotCollected) else False


def _is_api_open(place: Origin, facts: Facts) -> Flag:
    """Whether a route of the interface lets anybody in."""
    api = api_at(place.host, facts)
    if api is None:
        return _unseen(place)
    routes = [one.auth for one in facts.of(ApiRoute) if one.arn == api.arn]
    if any(auth is None for auth in routes):
        return True
    return unread(*routes) or (False if routes else _unseen(place))


def _unseen(place: Origin) -> NotCollected:
    return NotCollected("aws", place.host, "not known who may call it")


@check(
    "AWS-CF-17",
    of=Distribution,
    severity=Severity.LOW,
    roles=("cmo", "cto"),
    mend="XS",
    reads=("Distribution.places", "Distribution.error_pages", "Distribution.is_on"),
)
def distribution_raw_errors(one: Distribution, facts: Facts) -> Verdict:
    """Distributions that show visitors what a bucket says for machines.

    What it checks: whether a page of its own is shown for what is missing or refused, where it fetches from a bucket.
    Why it matters: a guest with a wrong link sees a page of code in place of the way back.
    How to mend: add a custom error response for 403 and 404 that shows a page with a link home.
    Known limits: a bucket that answers as a web site has its own page, and is not asked.
    Source: Amazon CloudFront Developer Guide, generating custom error responses.
    """
    if why := not_judged(one, one.places, one.error_pages):
        return why
    if not places_of(one, "bucket"):
        return NotApplicable("it fetches from no bucket")
    pages = one.error_pages if isinstance(one.error_pages, tuple) else ()
    if {403, 404} & set(pages):
        return Pass()
    return Fail(f"Visitors of {one.subject} see the raw answer of the bucket where a page is missing.")


@check(
    "AWS-CF-19",
    of=Distribution,
    severity=Severity.LOW,
    roles=("cto",),
    mend="XS",
    reads=("Distribution.places", "Distribution.behaviors", "Distribution.is_on", "Bucket.writes"),
)
def distribution_write_methods_to_bucket(one: Distribution, facts: Facts) -> Verdict:
    """Distributions that hand on requests to change files of a bucket.

    What it checks: methods of paths that lead to a bucket; medium where the bucket lets the distribution write.
    Why it matters: one slip in the bucket's policy, and a visitor can put files where your site is.
    How to mend: allow GET and HEAD alone for those paths.
    Known limits: uploads that are meant this way are told, too; accept the finding with its reason.
    Source: Amazon CloudFront Developer Guide, allowed HTTP methods.
    """
    if why := not_judged(one, one.places, one.behaviors):
        return why
    buckets = places_of(one, *_BUCKETS)
    if not buckets:
        return NotApplicable("it fetches from no bucket")
    for place in buckets:
        if any(each.writes for each in _behaviors_of(one, place)):
            words = f"{one.subject} hands on requests to change files of bucket {place.name}"
            may = _may_write(place, facts)
            if isinstance(may, NotCollected):
                return Fail(f"{words}; not known whether the bucket lets it.")
            return Fail(f"{words}, which lets it.", Severity.MEDIUM) if may else Fail(f"{words}.")
    return Pass()


def _may_write(place: Origin, facts: Facts) -> Flag:
    if place.access == "none":
        return False
    writes = next((one.writes for one in facts.of(Bucket) if one.name == place.name), None)
    if writes is None or isinstance(writes, NotCollected) or isinstance(place.access, NotCollected):
        return NotCollected("aws-s3", place.name, "not known who may write")
    if writes.kind == "unknown":
        return NotCollected("aws-s3", place.name, f"its policy is not understood: {writes.reason}")
    return writes.is_open or (writes.kind == "service" and "cloudfront" in writes.reason)
