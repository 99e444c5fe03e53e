"""The blueprint that all pages of contracts and crossings hang on."""

from flask import Blueprint

bp = Blueprint("clearances", __name__, url_prefix="/clearances")
