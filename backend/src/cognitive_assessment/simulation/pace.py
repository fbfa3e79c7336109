"""How quickly and surely a simulated hand presses: plausible figures, taken from no person and no norm."""

from __future__ import annotations

from dataclasses import dataclass

from cognitive_assessment.simulation.profiles import Profile


@dataclass(frozen=True, slots=True)
class Pace:
    """One profile's hand; fractions lie between 0 and 1.

    `one_ms` is the middle time to press the only square, `choice_ms` what each doubling of squares adds (Hick 1952),
    `spread` the width of the log-normal around it; `lapse_fraction` of presses take about three times as long,
    `missed_fraction` do not come. `slip_fraction` goes to a wrong square, `impulse_fraction` to a shape that is not
    to be pressed, `early_fraction` comes before anything is seen. `move_ms` is the time to find and tap the next
    circle, `switch_ms` what alternating adds, `stray_fraction` the wrong circles. `block_ms` is the time between two
    taps of a sequence.
    """

    one_ms: float
    choice_ms: float
    spread: float
    lapse_fraction: float
    missed_fraction: float
    slip_fraction: float
    impulse_fraction: float
    early_fraction: float
    move_ms: float
    switch_ms: float
    stray_fraction: float
    block_ms: float


_PACES = {
    "typical": Pace(310, 80, 0.15, 0.02, 0.0, 0.02, 0.12, 0.01, 1150, 900, 0.01, 800),
    "slow": Pace(420, 140, 0.22, 0.06, 0.01, 0.04, 0.2, 0.02, 2100, 2200, 0.03, 1200),
    "impaired": Pace(560, 220, 0.32, 0.12, 0.05, 0.1, 0.4, 0.05, 3800, 5200, 0.12, 1600),
}


def pace_of(profile: Profile) -> Pace:
    """The hand that belongs to a profile."""
    return _PACES[profile.name]
