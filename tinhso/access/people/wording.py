"""What letters say: plain text, Vietnamese first and English beneath, a link on a line of its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tinhso.foundation.clock import VIETNAM

LINE = "\n\n----------------------------------------\n\n"


@dataclass(frozen=True, slots=True)
class Said:
    """What a letter is about: the person, the house's address, the link's path, or what changed and when."""

    name: str
    login: str
    address: str
    path: str = ""
    action: str = ""
    at: datetime | None = None


SUBJECTS = {
    "invitation": "Lời mời vào tinhso / Your invitation to tinhso",
    "reset": "Đặt lại mật khẩu tinhso / Reset of your tinhso password",
    "forgotten": "Quên mật khẩu tinhso / Forgotten tinhso password",
    "changed": "Cách đăng nhập tinhso vừa thay đổi / Your tinhso sign-in has changed",
}
_VI = {
    "invitation": "{name} được mời làm việc trên tinhso với tên đăng nhập {login}.\n"
    "Mở liên kết dưới đây để đặt mật khẩu. Liên kết dùng một lần, có hạn bảy ngày.",
    "reset": "Quản trị viên đã đặt lại mật khẩu của {name} ({login}); mật khẩu cũ không còn dùng được.\n"
    "Mở liên kết dưới đây để đặt mật khẩu mới. Liên kết dùng một lần, có hạn 24 giờ.",
    "forgotten": "Có người vừa báo quên mật khẩu của {name} ({login}).\n"
    "Nếu là bạn, mở liên kết dưới đây để đặt mật khẩu mới. Liên kết dùng một lần, có hạn 30 phút.\n"
    "Nếu không phải bạn, bỏ qua thư này: mật khẩu hiện tại vẫn dùng như cũ.",
    "changed": "Tài khoản {login} của {name}, lúc {when}: {what_vi}.\n"
    "Nếu chính bạn làm, bạn không cần làm gì thêm. Nếu không phải bạn, báo ngay cho quản trị viên của cơ quan.",
}
_EN = {
    "invitation": "{name} is invited to work on tinhso and signs in as {login}.\n"
    "Open the link below to set a password. It works once, within seven days.",
    "reset": "The administrator has reset the password of {name} ({login}); the old one no longer opens anything.\n"
    "Open the link below to set a new one. It works once, within 24 hours.",
    "forgotten": "Somebody said that {name} ({login}) forgot the password.\n"
    "If it was you, open the link below to set a new one. It works once, within 30 minutes.\n"
    "If it was not, leave this letter: your present password works as before.",
    "changed": "The account {login} of {name}, at {when}: {what_en}.\n"
    "If you did it, there is nothing to do. If you did not, tell the administrator of your office at once.",
}
CHANGES = {
    "password.changed": ("mật khẩu đã được đổi", "the password was changed"),
    "reset.made": ("quản trị viên đã đặt lại mật khẩu", "an administrator reset the password"),
    "reset.used": ("mật khẩu mới đã được đặt qua liên kết", "a new password was set by a link"),
    "forgotten.used": ("mật khẩu mới đã được đặt qua liên kết", "a new password was set by a link"),
    "second_factor.set": ("đã đặt bước xác nhận thứ hai", "a second factor was set up"),
    "second_factor.dropped": ("đã tắt bước xác nhận thứ hai", "the second factor was turned off"),
    "recovery_codes.renewed": ("đã tạo mã dự phòng mới", "new recovery codes were made"),
    "recovery_code.used": ("một mã dự phòng đã được dùng để đăng nhập", "a recovery code was used to sign in"),
    "passkey.added": ("đã thêm một khoá truy cập", "a passkey was added"),
    "passkey.dropped": ("đã xoá một khoá truy cập", "a passkey was removed"),
    "identity.linked": ("đã nối với tài khoản của tỉnh", "the province's account was linked"),
}
"""By the action in the log: what is written about, in words."""


def written(kind: str, said: Said) -> tuple[str, str]:
    """Subject and text of a letter."""
    what = CHANGES.get(said.action, (said.action, said.action))
    when = f"{said.at.astimezone(VIETNAM):%H:%M %d/%m/%Y}" if said.at else ""
    facts = {"name": said.name, "login": said.login, "when": when, "what_vi": what[0], "what_en": what[1]}
    link = f"\n\n{said.address}{said.path}" if said.path else ""
    parts = [f"{words[kind].format(**facts)}{link}" for words in (_VI, _EN)]
    return SUBJECTS[kind], LINE.join(parts) + f"\n\n-- \ntinhso · {said.address}\n"
