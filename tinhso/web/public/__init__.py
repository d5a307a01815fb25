"""The public face: the board, every figure's explanation, and the live stream that keeps an open board true."""

from __future__ import annotations

from litestar import Router
from litestar.types import ControllerRouterHandler

from tinhso.web.public.board import areas, home, live
from tinhso.web.public.citizen import enter, form, leave, own
from tinhso.web.public.corrections import ask_state, blank, blank_own, sent, sent_own, told_state
from tinhso.web.public.explain import explained
from tinhso.web.public.guide import contents, picture, task
from tinhso.web.public.icon import icon

_citizen = Router("/citizen", route_handlers=[form, enter, own, leave, blank_own, sent_own])
_corrections = Router("/corrections", route_handlers=[blank, sent, ask_state, told_state])
_guide = Router("/guide", route_handlers=[contents, task, picture])
HANDLERS: list[ControllerRouterHandler] = [home, live, areas, explained, icon, _citizen, _corrections, _guide]
