"""Mails stop through a link in one of them, from the token that is made to the row that is read (F-171)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from quarterdeck.collectors.embedded.stubs import Refusal
from quarterdeck.mail.stopping import Stops, stops_of
from quarterdeck.model.errors import OutsideError
from quarterdeck.publish.aws import ENDPOINT, Reach, client
from quarterdeck.settings import Publishing
from tests.infra.played_signin import TABLE, InCloud, Played

if TYPE_CHECKING:
    from tests.cloud import Cloud

TOKEN = "T" * 43


def test_F171_who_presses_the_button_of_their_mail_is_quiet_and_nobody_else(cloud: Cloud) -> None:
    door = Played(InCloud(cloud.client("dynamodb")))
    stops = stops_of(Publishing(table=TABLE, region="us-east-1"), {ENDPOINT: cloud.endpoint})
    assert stops is not None
    stops.know(TOKEN, "pat")
    stops.know(TOKEN, "pat")
    assert not stops.is_quiet("pat")
    assert door.post(f"/auth/stop?t={TOKEN}", body="List-Unsubscribe=One-Click")["statusCode"] == 200
    assert (stops.is_quiet("pat"), stops.is_quiet("sam")) == (True, False)
    assert not any(TOKEN in pk for pk in door.table.beginning("stop#"))


def test_a_table_that_does_not_say_is_no_leave_to_mail(cloud: Cloud) -> None:
    cloud.stubs.answer("dynamodb:GetItem", Refusal("AccessDeniedException", 400))
    cloud.stubs.answer("dynamodb:PutItem", Refusal("AccessDeniedException", 400))
    stops = Stops(client("dynamodb", "us-east-1", Reach(endpoint=cloud.endpoint, attempts=1)), TABLE)
    with pytest.raises(OutsideError, match="cannot read it"):
        stops.is_quiet("pat")
    with pytest.raises(OutsideError, match="cannot change it"):
        stops.know(TOKEN, "pat")


def test_without_a_table_no_page_stops_mails() -> None:
    assert stops_of(Publishing(), {}) is None
