"""Takes secrets out of text before it is shown, logged or kept."""

from quarterdeck.secrets.detectors import spans

REDACTED = "[secret removed]"


def redact(text: str) -> str:
    """Put a mark in the place of each secret; line breaks stay, so that line numbers stay right."""
    found = spans(text)
    if not found:
        return text
    parts = []
    end = 0
    for span in found:
        parts += [text[end : span.start], REDACTED, "\n" * text.count("\n", span.start, span.stop)]
        end = span.stop
    return "".join([*parts, text[end:]])
