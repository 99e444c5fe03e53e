"""The blueprint that all pages of consignments hang on."""

from flask import Blueprint

bp = Blueprint("consignments", __name__, url_prefix="/consignments")
