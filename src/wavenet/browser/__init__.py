"""Speech in a page, without a server: what runs there beside the package itself (docs/browser.md)."""
