"""What does a user read? The same thing in Chinese and in English."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class Frozen(BaseModel):
    """Base of all nouns: immutable, without unknown fields, NaN and infinity kept when written as JSON."""

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="strings")


class Text(Frozen):
    """A name or sentence in both languages.

    Attributes
    ----------
    zh, en : str
        Never empty.
    """

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)
