"""Days as Vietnamese files write them: 27/9/2019, 27.9.2019, 27-9-2019, 2019-09-27, or only 1965 or 9/1965.

Day comes before month. A year of two digits is refused: 65 may be 1965 or 2065.
"""

from __future__ import annotations

import re
from datetime import date
from functools import partial
from typing import Literal

import polars as pl

from tinhso.foundation.numbers import Reading, reading, by_value
from tinhso.foundation.text import clean
