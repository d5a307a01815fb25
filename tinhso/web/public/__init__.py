"""The public face: the board, every figure's explanation, and the live stream that keeps an open board true."""

from __future__ import annotations

from litestar.types import ControllerRouterHandler

from tinhso.web.public.board import areas, home, live
from tinhso.web.public.citizen import enter, form, leave, own
from tinhso.web.public.explain import explained
from tinhso.web.public.icon import icon

HANDLERS: list[ControllerRouterHandler] = [home, live, areas, explained, icon, form, enter, own, leave]
