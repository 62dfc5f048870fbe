"""Who is mailed in a run: by how often they want it, and by when they last were."""

from datetime import datetime

from quarterdeck.model.mail import Mailing, Reader


def is_due(reader: Reader, mailing: Mailing, now: datetime) -> bool:
    """Whether somebody may be mailed now, should there be news.

    A first mail waits for no day. Later ones come at most once a day, or once a week from Monday on, and then tell
    the net change since the one before.

    Args:
        reader: How often they want mail.
        mailing: What they got.
        now: In the portfolio's zone, where days begin.
    """
    sent = [datetime.fromisoformat(one.begun_at) for one in mailing.deliveries if one.outcome == "sent"]
    last = sent[-1].astimezone(now.tzinfo).date() if sent else None
    match reader.mails:
        case "never":
            return False
        case "daily":
            return last != now.date()
        case "weekly":
            return last is None or last.isocalendar()[:2] != now.date().isocalendar()[:2]
        case _:
            return True
