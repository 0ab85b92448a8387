"""One module per layout of another implementation; a new one is a module, and a line here."""

from wavenet.importers.layouts import ibab, kan_bayashi, keskival, nv_wavenet, r9y9, vincentherrmann

LAYOUTS = {
    layout.name: layout
    for layout in (
        ibab.LAYOUT,
        keskival.LAYOUT,
        r9y9.LAYOUT,
        r9y9.LEGACY,
        kan_bayashi.LAYOUT,
        vincentherrmann.LAYOUT,
        nv_wavenet.LAYOUT,
    )
}
"""by the name that ``--layout`` takes"""
