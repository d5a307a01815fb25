"""What a handler may ask for by its parameters' types: the house, the request's sight, words of address and query."""

from __future__ import annotations

from typing import Annotated, Any, TypeAlias

from litestar.di import NamedDependency
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromPath, FromQuery

from tinhso.access.scope import Scope
from tinhso.web.kit.house import House
from tinhso.web.kit.sight import Sight

AskedHouse: TypeAlias = NamedDependency[House]
AskedSight: TypeAlias = NamedDependency[Sight]
AskedScope: TypeAlias = NamedDependency[Scope]
"""What whoever asks may see and do; the parameter is called ``mine``, since the framework keeps ``scope``."""
Word: TypeAlias = FromQuery[str]
MaybeWord: TypeAlias = FromQuery[str | None]
Words: TypeAlias = FromQuery[list[str] | None]
Number: TypeAlias = FromQuery[int]
MaybeNumber: TypeAlias = FromQuery[int | None]
PathWord: TypeAlias = FromPath[str]
PathNumber: TypeAlias = FromPath[int]
Form: TypeAlias = Annotated[dict[str, Any], Body(media_type=RequestEncodingType.URL_ENCODED)]
Upload: TypeAlias = Annotated[dict[str, Any], Body(media_type=RequestEncodingType.MULTI_PART)]
