"""Which plants, meters, points, statements, factors and programmes are there?

Plant files are checked and loaded, kept in a relational store, and handed out as an immutable `Registry`.
"""

from registry.cells import Refused
from registry.database import RegistryError, RegistryTooNew, RegistryUnavailable
from registry.factorimport import factor_of, import_factors
from registry.factorrow import Edition, FactorRow
from registry.factors import FactorBook, FactorMissing, load_factors
from registry.factorstore import FactorEdition
from registry.files import check, load_plant_files
from registry.importreport import BadRow, ImportReport
from registry.lists import CARRIERS, CITY_NAMES, MATERIALS, POLLUTANTS
from registry.model import Meter, Plant, Point, PointSpec, Source
from registry.outletmodel import Limit, Outlet
from registry.plantfile import PlantFile
from registry.problems import ConfigError, Problem
from registry.programme import Indicator, Programme, load_programmes
from registry.quantity import Quantity
from registry.saving import SaveReport
from registry.snapshot import Registry
from registry.statement import Statement
from registry.statements import import_statements, statement_of
from registry.store import Database
from registry.text import Text

__all__ = [
    "CARRIERS",
    "CITY_NAMES",
    "MATERIALS",
    "POLLUTANTS",
    "BadRow",
    "ConfigError",
    "Database",
    "Edition",
    "FactorBook",
    "FactorEdition",
    "FactorMissing",
    "FactorRow",
    "ImportReport",
    "Indicator",
    "Limit",
    "Meter",
    "Outlet",
    "Plant",
    "PlantFile",
    "Point",
    "PointSpec",
    "Problem",
    "Programme",
    "Quantity",
    "Refused",
    "Registry",
    "RegistryError",
    "RegistryTooNew",
    "RegistryUnavailable",
    "SaveReport",
    "Source",
    "Statement",
    "Text",
    "check",
    "factor_of",
    "import_factors",
    "import_statements",
    "load_factors",
    "load_plant_files",
    "load_programmes",
    "statement_of",
]
