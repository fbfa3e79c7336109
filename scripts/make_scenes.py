"""Make the scenes of `picture_description` from OpenMoji elements and own backgrounds.

Every scene is 600 x 400. An element keeps its drawing; it is placed, scaled, mirrored or turned, a figure's body may
get the colour of clothes, and one is drawn without its rock. Elements and backgrounds lie in `scenes.py`.

Usage, with the npm package `openmoji` 17.0.0 unpacked:
    python scripts/make_scenes.py PACKAGE_FOLDER
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from scenes import SCENES, Own, Placed

PICTURES = Path(__file__).parents[1] / "frontend/public/stimuli/pictures"
LARGEST_BYTES = 80_000
_SKIN = re.compile(r'(<(?:path|polygon|polyline)\b[^>]*?fill=")#fcea2b(")', re.IGNORECASE)
_ROCK = re.compile(
    r'<path[^>]*fill="#d0cfce"[^>]*/>|<path[^>]*d="M19\.0722,55\.0112[^>]*/>|<path[^>]*d="M40\.6908,14[^>]*/>'
)


def element(folder: Path, placed: Placed) -> str:
    """One element of OpenMoji as a group at its place."""
    text = (folder / "color/svg" / f"{placed.code}.svg").read_text(encoding="utf-8")
    if "url(#" in text or "href" in text or "<script" in text or "<text" in text:
        raise SystemExit(f"{placed.code} refers to something; choose another element.")
    body = re.sub(r"<!--.*?-->|<\?xml.*?\?>|</?svg[^>]*>", "", text, flags=re.DOTALL)
    body = re.sub(r'\s(?:id|data-name)="[^"]*"', "", body)
    body = re.sub(r"<g\s*/>|<g>\s*</g>", "", body)
    if placed.without_rock:
        body = _ROCK.sub("", body)
    if placed.clothes:
        body = _SKIN.sub(rf"\g<1>{placed.clothes}\2", body)
    body = re.sub(r">\s+<", "><", body).strip()
    size = f"{placed.scale:g}"
    turn = f" rotate({placed.turn:g} 36 36)" if placed.turn else ""
    mirror = " translate(72 0) scale(-1 1)" if placed.is_mirrored else ""
    return f'<g transform="translate({placed.x:g} {placed.y:g}) scale({size}){turn}{mirror}">{body}</g>'


def scene(folder: Path, parts: tuple[Placed | Own, ...]) -> str:
    """A whole scene, back to front."""
    drawn = [part.svg if isinstance(part, Own) else element(folder, part) for part in parts]
    return "\n".join(
        [
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 400" width="600" height="400">',
            *drawn,
            "</svg>",
            "",
        ]
    )


def main() -> int:
    """Write every scene; refuse one that is too large."""
    folder = Path(sys.argv[1])
    for name, parts in SCENES.items():
        text = scene(folder, parts)
        if len(text.encode()) > LARGEST_BYTES:
            raise SystemExit(f"{name} has {len(text.encode())} bytes.")
        (PICTURES / f"{name}.svg").write_text(text, encoding="utf-8")
        sys.stdout.write(f"{name}: {len(text.encode())} bytes\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
