"""The papers a transfer rests on: contracts, decisions on crossing a province's border, submissions of general waste.

What a consignment asks before it is sealed and again when it departs is one look-up, `clearances_for`; what it moved is
drawn from the decision or submission once it has departed (`draw_on_clearances`). Both are in `looking_up`.
"""
