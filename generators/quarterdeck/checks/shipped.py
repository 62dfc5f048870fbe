"""What repositories put where, asked from the side of what stands there."""

from collections.abc import Iterable, Mapping

from quarterdeck.checks.resources import is_on_path
from quarterdeck.model.cloud.apis import Api
from quarterdeck.model.cloud.buckets import Bucket
from quarterdeck.model.cloud.distributions import Distribution
from quarterdeck.model.cloud.messages import EventRule, Queue, Topic
from quarterdeck.model.cloud.tables import Table
from quarterdeck.model.deployments import DeclaredFunction, DeclaredResource, Deployment, fits
from quarterdeck.model.facts import Facts
from quarterdeck.model.observed import Resource
from quarterdeck.parse.code_links import LOGICAL_TAG, STACK_TAG

LIVE: Mapping[str, type[Resource]] = {
    "bucket": Bucket,
    "table": Table,
    "distribution": Distribution,
    "api": Api,
    "queue": Queue,
    "topic": Topic,
    "schedule": EventRule,
}
"""What a repository may declare -> the kind of record that lists it where it runs."""


def of_repository(repo: str, entity: str, facts: Facts) -> list[Deployment]:
    """The ways by which a repository reaches production."""
    return [one for one in facts.of(Deployment, entity) if one.repo == repo and one.is_production]


def copied_to(bucket: Bucket, facts: Facts) -> list[Deployment]:
    """The ways by which repositories of its business put files into a bucket; of all where it is nobody's."""
    return [
        one
        for one in facts.of(Deployment)
        if one.entity == bucket.entity or not bucket.entity
        if any(fits(target.partition("/")[0], bucket.name) for target in one.targets)
    ]


def live_of(declared: DeclaredResource, facts: Facts) -> list[Resource]:
    """The things that may be what a repository declares: by the tags of its stack, else by name."""
    record = LIVE[declared.type]
    every = [one for one in facts.of(record) if one.entity in {declared.entity, ""}]
    made = (declared.stack, declared.logical_id)
    tagged = [one for one in every if all(made) and _made(one) == made]
    return tagged or [one for one in every if _is_named(declared, one)]


def _made(one: Resource) -> tuple[str | None, str | None]:
    tags = dict(one.tags)
    return tags.get(STACK_TAG), tags.get(LOGICAL_TAG)


def _is_named(declared: DeclaredResource, one: Resource) -> bool:
    if isinstance(one, Distribution):
        aliases = one.aliases if isinstance(one.aliases, tuple) else ()
        return any(fits(name, alias) for name in declared.aliases for alias in aliases)
    return declared.fits(one.name) or (isinstance(one, Bucket) and fits(declared.name.lower(), one.name))


def sells(repo: str, entity: str, facts: Facts) -> bool:
    """Whether a repository serves booking or payment: by its name, or by what it declares or touches."""
    names: Iterable[str] = (
        repo,
        *(target for one in facts.of(Deployment, entity) if one.repo == repo for target in one.targets),
        *(one.name for one in facts.of(DeclaredFunction, entity) if one.repo == repo),
    )
    return any(is_on_path(name, entity, facts) for name in names)
