"""The loop between storage and analytics: settles what new readings touched, keeps days and loads, answers with figures."""
