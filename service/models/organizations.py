"""Organizations and people."""

from datetime import datetime
from typing import Any

from sqlalchemy import String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship
from sqlalchemy.orm.strategy_options import _AbstractLoad  # the type that SQLAlchemy's loaders are given by

from service.models.columns import Base, Id, OrganizationId, PersonId
from workflows.vocabulary import OrganizationKind, Role


class Organization(Base):
    """机构: a university's parent is its district office, a district office's the centre."""

    __tablename__ = "organizations"

    id: Mapped[Id]
    kind: Mapped[OrganizationKind]
    name: Mapped[str] = mapped_column(String(200), unique=True)
    parent_id: Mapped[OrganizationId | None] = mapped_column(index=True)
    closed_at: Mapped[datetime | None]  # takes nothing new from then on
    merged_into_id: Mapped[OrganizationId | None] = mapped_column(index=True)  # where its work goes on; never a chain

    @property
    def district_id(self) -> str | None:
        """The district office it lies under; a district office is its own."""
        return self.id if self.kind is OrganizationKind.DISTRICT else self.parent_id


class Person(Base):
    """Somebody with an account; people named in a notice only have no username."""

    __tablename__ = "people"

    id: Mapped[Id]
    username: Mapped[str | None] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    role: Mapped[Role] = mapped_column(index=True)
    organization_id: Mapped[OrganizationId] = mapped_column(index=True)
    email: Mapped[str | None] = mapped_column(String(254))  # without one, only the inbox reaches the person
    telephone: Mapped[str | None] = mapped_column(String(40))
    language: Mapped[str] = mapped_column(String(2), default="zh")  # zh or en
    password_hash: Mapped[str | None] = mapped_column(String(200))  # argon2id; none: cannot sign in with a password
    password_given: Mapped[bool] = mapped_column(
        default=False, server_default=false()
    )  # by somebody else: its owner must change it first
    password_set_at: Mapped[datetime | None]  # none: before that was noted
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]  # hears nothing and may do nothing from then on

    organization: Mapped[Organization] = relationship(lazy="joined", innerjoin=True)
    posts: Mapped[list["Post"]] = relationship(  # besides the one of the row itself
        order_by="Post.role", cascade="all, delete-orphan"
    )


class Post(Base):
    """A further post of a person (兼任): a responsible leader is often of the leadership team too."""

    __tablename__ = "posts"

    person_id: Mapped[PersonId] = mapped_column(primary_key=True)
    organization_id: Mapped[OrganizationId] = mapped_column(primary_key=True, index=True)
    role: Mapped[Role] = mapped_column(primary_key=True, index=True)

    organization: Mapped[Organization] = relationship(lazy="joined", innerjoin=True)


class SavedFilter(Base):
    """存为常用的筛选: a query of the list of findings that its owner, and nobody else, has under a name."""

    __tablename__ = "saved_filters"
    __table_args__ = (UniqueConstraint("person_id", "name"),)

    id: Mapped[Id]
    person_id: Mapped[PersonId]
    name: Mapped[str] = mapped_column(String(60))
    query: Mapped[str] = mapped_column(String(2000))  # of the list's address, as the API reads it
    is_first: Mapped[bool]  # the list opens with it; one of a person at most
    created_at: Mapped[datetime]


def with_names(*relationships: Any) -> list[_AbstractLoad]:
    """Options that load the people of these relationships with their names, in the query's own statement."""
    return [joinedload(one).load_only(Person.name).lazyload(Person.organization) for one in relationships]
