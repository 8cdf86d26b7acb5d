"""A generation request."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class GenerationRequest:
    """One clip. `pace` is the demo's seconds a step; `extra` goes to the model's own program unchanged."""

    model: str
    prompt: str
    image: Path | None
    width: int
    height: int
    frames: int
    steps: int
    seed: int
    save_file: Path
    pace: float = 0
    extra: list[str] = field(default_factory=list)
