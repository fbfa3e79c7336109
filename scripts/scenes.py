"""What the scenes of `picture_description` are composed of, back to front; see make_scenes.py."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Placed:
    """An element of OpenMoji: its code, the left upper corner and the scale of its square of 72."""

    code: str
    x: float
    y: float
    scale: float = 1.0
    is_mirrored: bool = False
    turn: float = 0.0
    clothes: str | None = None
    without_rock: bool = False


@dataclass(frozen=True, slots=True)
class Own:
    """Own drawing, as SVG."""

    svg: str


RED, BLUE, GREEN, PURPLE, ORANGE, PINK = "#ea5a47", "#61b2e4", "#5c9e31", "#b399c8", "#f1b31c", "#ffa7c0"
_LINE = 'stroke="#000" stroke-width="2" stroke-linejoin="round" stroke-linecap="round"'


def _area(fill: str, path: str, more: str = "") -> Own:
    return Own(f'<path fill="{fill}" d="{path}" {more}/>')


def _stroke(path: str, colour: str = "#000", width: float = 2) -> Own:
    return Own(
        f'<path fill="none" stroke="{colour}" stroke-width="{width:g}" stroke-linecap="round" stroke-linejoin="round"'
        f' d="{path}"/>'
    )


def _disc(x: float, y: float, radius: float, fill: str) -> Own:
    return Own(f'<circle cx="{x:g}" cy="{y:g}" r="{radius:g}" fill="{fill}" {_LINE}/>')


_SKY = _area("#e3f4fc", "M0 0H600V400H0Z")
_TRUNK_A = _area("#a57939", "M512 212L516 140H522L526 212Z", _LINE)
_TRUNK_B = _area("#a57939", "M503 218L508 140H515L520 218Z", _LINE)
_TRUNK_C = _area("#a57939", "M516 224L520 160H527L531 224Z", _LINE)

_A = (
    _SKY,
    Placed("2600", 8, 4, 1.0),
    Placed("2601", 200, 8, 1.2),
    _area("#b1cc33", "M0 150Q150 112 330 140T600 128V400H0Z"),
    Placed("1F3E1", 20, 60, 1.5),
    _area("#92d3f5", "M0 172Q170 150 320 178Q372 205 330 262Q290 330 120 352Q50 362 0 358Z"),
    _stroke("M0 172Q170 150 320 178Q372 205 330 262Q290 330 120 352Q50 362 0 358", "#5f8f2a", 4),
    Placed("1F6A3-200D-2642-FE0F", 20, 152, 1.75, clothes=RED),
    Placed("1F3CA-200D-2640-FE0F", 170, 175, 1.35, clothes=RED),
    Placed("1F9A2", 62, 272, 0.85),
    Placed("1F9A2", 128, 280, 0.6),
    _stroke("M186 262q8 -5 16 0t16 0M240 240q8 -5 16 0t16 0M24 262q8 -5 16 0t16 0", "#fff", 3),
    _TRUNK_A,
    Placed("1F333", 420, 22, 2.75),
    Placed("1FA81", 470, 34, 1.15, is_mirrored=True),
    Placed("1F57A", 392, 132, 1.1, is_mirrored=True, clothes=BLUE),
    _area("#ea5a47", "M452 296L580 296L598 368L430 368Z", _LINE),
    _stroke("M494 296L486 368M538 296L544 368M444 320L586 320M437 344L592 344", "#fff", 4),
    Placed("1F9FA", 470, 262, 1.15),
    Placed("1F34E", 534, 302, 0.55),
    Placed("1F9C0", 552, 322, 0.6),
    Placed("1F415", 188, 296, 1.3),
    Placed("1F32D", 158, 306, 0.8, turn=18),
    Placed("1F3C3-200D-2640-FE0F", 294, 238, 1.95, clothes=PURPLE),
)

_B = (
    _SKY,
    Placed("2601", 470, 2, 1.1),
    _area("#d0cfce", "M0 196H600V250H0Z"),
    Placed("1F3EC", -6, 34, 2.5),
    Placed("1F3EA", 130, 36, 2.6),
    Placed("1F3E0", 300, 62, 2.1),
    _area("#8a8a8a", "M0 246H600V336H0Z"),
    _stroke("M0 246H600M0 336H600", "#3f3f3f", 3),
    _stroke("M10 291h42M90 291h42M170 291h42M250 291h42M330 291h42M410 291h42M490 291h42M570 291h30", "#fff", 5),
    _area("#e4e2e0", "M0 338H600V400H0Z"),
    _TRUNK_B,
    Placed("1F333", 404, 10, 3.0),
    Placed("1F408-200D-2B1B", 486, 30, 1.2),
    Placed("1FA9C", 406, 92, 2.1),
    Placed("1F9D7-200D-2642-FE0F", 440, 82, 1.6, is_mirrored=True, without_rock=True, clothes=BLUE),
    Placed("1F68C", 10, 172, 2.6),
    Placed("1F6B4-200D-2640-FE0F", 236, 198, 1.75, clothes=GREEN),
    Own('<path d="M392 330V250" stroke="#3f3f3f" stroke-width="6"/>'),
    Placed("1F6A6", 352, 186, 1.1),
    Placed("1F468-200D-1F9BD", 500, 252, 1.6, clothes=ORANGE),
    Placed("1F9CE-200D-2640-FE0F", 236, 296, 1.5, clothes=RED),
    Placed("1F6CD", 150, 318, 1.15, turn=-78),
    Placed("1F34E", 206, 366, 0.5),
    Placed("1F34E", 120, 362, 0.6),
    Placed("1F34E", 78, 350, 0.6),
    Placed("1F34E", 34, 334, 0.6),
    Placed("1F34E", 128, 322, 0.5),
)

_C = (
    _SKY,
    Placed("1F327", 500, 0, 1.2),
    _area("#b1cc33", "M0 148Q200 120 400 150T600 140V400H0Z"),
    _stroke("M300 160q60 -8 120 0M330 172q70 -8 150 0M420 186q70 -8 170 2", "#8aa52a", 3),
    Placed("1F3E0", 8, 30, 2.0),
    Placed("1F404", 318, 104, 0.9),
    _TRUNK_C,
    Placed("1F333", 430, 48, 2.6),
    Placed("1F34E", 470, 74, 0.42),
    Placed("1F34E", 506, 66, 0.42),
    Placed("1F34E", 540, 84, 0.42),
    Placed("1F34E", 490, 100, 0.42),
    Placed("1F34E", 528, 112, 0.42),
    Placed("1FA9C", 402, 112, 1.95),
    Placed("1F9D7-200D-2642-FE0F", 432, 88, 1.45, is_mirrored=True, without_rock=True, clothes=BLUE),
    _stroke("M168 78V232M318 92V240", "#6a462f", 7),
    _stroke("M168 90Q240 116 318 102"),
    Placed("1F455", 166, 90, 0.85),
    Placed("1F456", 216, 96, 0.85),
    Placed("1F9E6", 262, 97, 0.75),
    Placed("1F410", 196, 158, 1.5),
    Placed("1F457", 152, 172, 0.95, turn=62),
    Placed("1F3C3-200D-2640-FE0F", 322, 162, 1.7, clothes=RED),
    Placed("1F69C", 2, 212, 2.3, is_mirrored=True),
    Own('<circle cx="137" cy="345" r="15" fill="#b1cc33"/>'),
    Own(f'<path d="M126 336H150V362H126Z" fill="#a57939" {_LINE}/>'),
    Placed("1F6DE", 156, 344, 0.62, turn=20),
    Placed("1F9CE-200D-2642-FE0F", 186, 262, 1.7, clothes=BLUE),
    Placed("1F527", 176, 290, 0.6, turn=-30),
    Placed("1F9CD-200D-2640-FE0F", 510, 236, 1.55, clothes=PINK),
    Placed("1FAA3", 508, 296, 0.75),
    Placed("1F413", 420, 300, 0.95, is_mirrored=True),
    Placed("1F413", 362, 318, 0.8, is_mirrored=True),
    _stroke("M432 378h1M446 370h1M470 376h1M486 366h1M458 384h1M410 384h1M500 380h1", "#7a5a10", 4),
)

_D = (
    _SKY,
    Placed("1F3D4", 60, -4, 2.0),
    Placed("1F3D4", -30, 24, 1.6),
    _area("#b1cc33", "M0 118Q200 104 600 120V250H0Z"),
    _stroke("M0 232H600M0 242H600", "#6a462f", 4),
    Placed("1F682", -8, 92, 2.2),
    Own(f'<rect x="150" y="122" width="260" height="92" rx="8" fill="#ea5a47" {_LINE}/>'),
    Own(f'<rect x="168" y="136" width="66" height="46" fill="#fff" {_LINE}/>'),
    Own(f'<rect x="252" y="136" width="66" height="46" fill="#fff" {_LINE}/>'),
    Own(f'<rect x="336" y="136" width="56" height="46" fill="#fff" {_LINE}/>'),
    Placed("1F64B-200D-2640-FE0F", 258, 129, 0.78),
    Own(f'<path d="M246 182H324" {_LINE}/>'),
    _disc(190, 222, 14, "#3f3f3f"),
    _disc(230, 222, 14, "#3f3f3f"),
    _disc(330, 222, 14, "#3f3f3f"),
    _disc(370, 222, 14, "#3f3f3f"),
    _area("#d0cfce", "M0 250H600V400H0Z"),
    _stroke("M0 250H600", "#3f3f3f", 3),
    _stroke("M0 262H600", "#f1b31c", 5),
    Own(f'<rect x="474" y="60" width="130" height="192" fill="#f5e3c0" {_LINE}/>'),
    Own(f'<path d="M456 62H604V40H470Z" fill="#a57939" {_LINE}/>'),
    Own(f'<rect x="536" y="166" width="46" height="86" fill="#6a462f" {_LINE}/>'),
    Placed("1F558", 500, 66, 1.15),
    Placed("1F388", 392, 8, 1.15),
    Placed("1F57A", 392, 192, 1.15, clothes=BLUE),
    Placed("1F3C3-200D-2642-FE0F", 170, 226, 2.0, clothes=GREEN),
    Placed("1F9F3", 268, 270, 1.2, turn=24),
    Placed("1F455", 346, 316, 0.85, turn=20),
    Placed("1F9E6", 312, 346, 0.7, turn=-40),
    Placed("1F456", 398, 332, 0.75, turn=70),
    Placed("1F9CD-200D-2642-FE0F", 490, 232, 1.9, clothes=PURPLE),
    Placed("1FA97", 512, 256, 1.25),
    _disc(478, 348, 6, "#fcea2b"),
    _disc(490, 346, 6, "#fcea2b"),
    Placed("1F3A9", 456, 342, 0.78, turn=180),
    Placed("1F426", 30, 312, 0.85, is_mirrored=True),
    Placed("1F426", 92, 330, 0.75),
    Placed("1F956", 70, 352, 0.55),
)

SCENES: dict[str, tuple[Placed | Own, ...]] = {"scene_a": _A, "scene_b": _B, "scene_c": _C, "scene_d": _D}
