"""Capital and small letters of ASCII and Vietnamese, as pairs, so that case is the same in every engine and locale."""

from __future__ import annotations

import string

_MARKED = "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ"

SMALL = string.ascii_lowercase + _MARKED
CAPITAL = SMALL.upper()
