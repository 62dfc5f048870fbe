"""The page that everybody gets who asks for what is not there or is not theirs (F-147)."""

from typing import Final

NOT_FOUND_PAGE: Final = b"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>This page is not in this version</title>
<link rel="icon" href="/latest/assets/favicon.svg">
<link rel="preload" href="/latest/assets/fonts/inter-latin-wght-normal.woff2" as="font" type="font/woff2" crossorigin>
<link rel="stylesheet" href="/latest/assets/qd.css">
</head>
<body class="qd-not-found" data-md-color-scheme="default">
<script src="/latest/assets/palette.js"></script>
<main>
<img src="/latest/assets/favicon.svg" alt="" width="48" height="48">
<h1>This page is not in this version</h1>
<p>It may stand in another version, or under another address.</p>
<p><a href="/latest/">Go to Home of the newest version</a></p>
</main>
</body>
</html>
"""
"""The same bytes whatever was asked for, and by whom; looks, palette and favicon are those of the newest version."""
