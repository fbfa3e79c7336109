"""The catalogue of items, by instrument and locale: public, and the same for everybody."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask.typing import ResponseReturnValue

from cognitive_assessment.api import cache
from cognitive_assessment.api.schemas import CatalogueQuery
from cognitive_assessment.instruments.catalogue import catalogue

blueprint = APIBlueprint("questions", __name__, url_prefix="/api/questions", tag="Catalogue")


@blueprint.get("")
@blueprint.input(CatalogueQuery, location="query")
def listing(query_data: CatalogueQuery) -> ResponseReturnValue:
    """Instruments with their items, instructions, source and licence; never the right answers of a session."""
    chosen = query_data.model_dump()  # every argument, also one that is added later
    body, state = cache.kept(
        "questions", chosen, lambda: catalogue().public_view(query_data.instrument, query_data.locale)
    )
    return body, 200, {"Cache-Control": f"public, max-age={cache.LASTS_S}", "X-Cache": state}
