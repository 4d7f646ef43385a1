"""People as they are named beside what they did."""

from typing import Any

from sqlalchemy.orm import joinedload
from sqlalchemy.orm.strategy_options import _AbstractLoad  # the type that SQLAlchemy's loaders are given by

from service.models import Person


def with_names(*relationships: Any) -> list[_AbstractLoad]:
    """Load the people of these relationships with what is needed to name them, in the same statement."""
    return [joinedload(one).load_only(Person.name).lazyload(Person.organization) for one in relationships]
