"""The app around every screen: starting, loading, help, background work, crashes."""
