"""The page that everybody gets who asks for what is not there or is not theirs (F-147)."""

from typing import Final

NOT_FOUND_PAGE: Final = b"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>This page is not in this version</title>
<link rel="stylesheet" href="/latest/assets/qd.css">
</head>
<body class="qd-not-found">
<main>
<h1>This page is not in this version</h1>
<p><a href="/latest/">Go to Home</a></p>
</main>
</body>
</html>
"""
"""The same bytes whatever was asked for."""
