"""What offices have: mailboxes, certificates, video points, meetings, commitments and steering bodies."""

from __future__ import annotations

import numpy as np
import polars as pl

from tinhso.demo.draws import Pool, days
from tinhso.demo.people import names_of
from tinhso.demo.planning import Plan
from tinhso.foundation.text import fold

ODD = 0x9E3779B97F4A7C15
"""Odd, so numbering certificates by multiples of it never meets a serial twice."""


def offices(plan: Plan) -> pl.DataFrame:
    """Every office: office, level, district and commune as written in files (null above them), short, weight."""
    province = [(name, "province", None, None, "tinh", 1.1) for name in plan.words["departments"]]
    district = [
        (f"{office} {_low(name)}", "district", name, None, fold(name).split(" ", 1)[-1].replace(" ", ""), 0.22)
        for name in plan.districts["name"]
        for office in plan.words["district_offices"]
    ]
    commune = [
        (f"UBND {_low(name)}", "commune", plan.written[above], plan.written[code], f"x{code}", 0.32)
        for code, name, above in plan.communes.select("code", "name", "district").iter_rows()
    ]
    names = ["office", "level", "district", "commune", "short", "weight"]
    return pl.DataFrame([*province, *district, *commune], schema=names, orient="row", infer_schema_length=None)


def _low(name: str) -> str:
    return name[0].lower() + name[1:]


def _staff(plan: Plan, random: np.random.Generator, size: int) -> pl.DataFrame:
    """Persons at their offices; each office has one at least where there are enough."""
    every = offices(plan)
    lots = Pool.of([str(n) for n in range(every.height)], every["weight"].to_list()).draw(random, size).cast(pl.Int64)
    place = np.concatenate([np.arange(min(every.height, size)), lots.to_numpy()[min(every.height, size) :]])
    female = random.random(size) < 0.45
    group = Pool.of(("02", "01", "08", "09", "07"), (36, 30, 14, 11, 9)).draw(random, size)
    rows = every[place].drop("weight")
    return rows.with_columns(
        person=names_of(plan, random, group, female), first=pl.Series(np.arange(size) < every.height)
    )


def mail_accounts(plan: Plan) -> pl.DataFrame:
    """Mailboxes of offices and of their staff, a few of them closed."""
    random = plan.random("mail_accounts")
    open_, closed = plan.count("mail_accounts"), plan.count("closed_mail_accounts")
    size = open_ + closed
    staff = _staff(plan, random, size)
    issued = days(random, size, "2015-03-01", "2023-09-30")
    gone = pl.Series(np.arange(size) >= open_)
    recent, older = days(random, size, "2023-10-31", "2023-11-28"), days(random, size, "2023-10-01", "2023-10-30")
    seen = pl.when(pl.Series(random.random(size) < 0.87)).then(recent).otherwise(older)
    return staff.select(
        pl.Series("address", _addresses(staff)),
        "office",
        "level",
        "district",
        "commune",
        pl.when("first").then(pl.col("office")).otherwise(pl.col("person")).alias("holder"),
        pl.when("first").then(pl.lit("unit")).otherwise(pl.lit("personal")).alias("kind"),
        pl.when(~pl.col("first")).then(Pool.of(plan.words["posts"]).draw(random, size)).alias("post"),
        issued.alias("issued_on"),
        pl.when(gone).then(days(random, size, "2023-10-02", "2023-11-20")).alias("closed_on"),
        pl.when(~gone).then(seen).alias("last_login_on"),
    )


def _addresses(staff: pl.DataFrame) -> list[str]:
    """``hungnv.meovac@…`` after given name, initials and unit; a number where it is taken."""
    taken: dict[str, int] = {}
    found = []
    for person, short in staff.select("person", "short").iter_rows():
        *before, given = fold(person).split(" ")
        name = f"{given}{''.join(word[0] for word in before)}.{short}"
        taken[name] = taken.get(name, 0) + 1
        found.append(f"{name}{taken[name] if taken[name] > 1 else ''}@hagiang.gov.vn")
    return found


def certificates(plan: Plan) -> pl.DataFrame:
    """Certificates of persons, of offices as seals, and of a few devices; each for five years."""
    random, size = plan.random("certificates"), plan.count("certificates")
    staff = _staff(plan, random, size)
    lot = pl.Series(random.random(size))
    issued = days(random, size, "2019-02-01", "2023-11-15")
    kind = (
        pl.when("first")
        .then(pl.lit("organisation"))
        .when(lot < 0.012)
        .then(pl.lit("device"))
        .otherwise(pl.lit("personal"))
    )
    revoked = pl.Series((random.random(size) < 0.03) & (issued.dt.year() < 2022).to_numpy())
    return staff.with_columns(kind=kind).select(
        pl.Series("serial", [f"{(n * ODD + 0x5A17) % 2**64:016X}" for n in range(1, size + 1)]),
        pl.when(pl.col("kind") == "personal")
        .then(pl.col("person"))
        .when(pl.col("kind") == "device")
        .then("Máy chủ " + pl.col("office"))
        .otherwise(pl.col("office"))
        .alias("subscriber"),
        "kind",
        "office",
        "level",
        "district",
        "commune",
        pl.lit("RSA-2048").alias("algorithm"),
        (pl.lit("BCY") + pl.Series(range(100_001, 100_001 + size)).cast(pl.String)).alias("token_serial"),
        issued.alias("issued_on"),
        issued.dt.offset_by("5y").dt.offset_by("-1d").alias("expires_on"),
        pl.when(revoked).then(days(random, size, "2022-03-01", "2023-10-30")).alias("revoked_on"),
    )


def video_points(plan: Plan) -> pl.DataFrame:
    """A point in each department, district office and commune, and a few more."""
    leading = plan.words["district_offices"][:2]
    seats = offices(plan).filter(
        (pl.col("level") != "district")
        | pl.col("office").str.starts_with(leading[0])
        | pl.col("office").str.starts_with(leading[1])
    )
    more = pl.DataFrame({"office": plan.words["more_video_points"]}).with_columns(pl.lit("province").alias("level"))
    rows = pl.concat([seats.select("office", "level", "district", "commune"), more], how="diagonal").head(
        plan.count("video_points")
    )
    random, size = plan.random("video_points"), rows.height
    return rows.select(
        pl.format("DC-{}", pl.int_range(1, pl.len() + 1).cast(pl.String).str.zfill(3)).alias("point_no"),
        ("Điểm cầu " + pl.col("office")).alias("name"),
        "level",
        "district",
        "commune",
        Pool.of(("Polycom Group 500", "Cisco SX20", "Máy tính và camera hội nghị"))
        .draw(random, size)
        .alias("equipment"),
        Pool.of(("Mạng truyền số liệu chuyên dùng", "Cáp quang VNPT", "Cáp quang Viettel"))
        .draw(random, size)
        .alias("line"),
        days(random, size, "2017-05-01", "2023-06-30").alias("opened_on"),
    )


def meetings(plan: Plan) -> pl.DataFrame:
    """Meetings from January 2021 to November 2023."""
    random, size = plan.random("meetings"), plan.count("meetings")
    held = pl.concat(
        [days(random, (size + 2 - year) // 3, f"202{year + 1}-01-06", f"202{year + 1}-11-24") for year in range(3)]
    ).sort()
    invited = random.choice((13, 24, 43, 206, 236), size, p=(0.2, 0.25, 0.2, 0.2, 0.15))
    joined = invited - np.minimum(random.poisson(1.2, size), invited - 1)
    number = pl.Series(range(1, size + 1)).cast(pl.String).str.zfill(4)
    return pl.DataFrame(
        {
            "meeting_no": "GM-" + number,
            "subject": Pool.of(plan.words["meeting_subjects"]).draw(random, size),
            "chair": Pool.of(plan.words["departments"][:12]).draw(random, size),
            "held_on": held,
            "points_invited": invited,
            "points_joined": joined,
            "people": joined * random.integers(4, 14, size),
        }
    )


def commitments(plan: Plan, district: str) -> pl.DataFrame:
    """Commitments of district offices and communes to the district's leaders."""
    every = offices(plan).filter(pl.col("district") == plan.written[district])
    random = plan.random("commitments", district)
    size = max(1, round(plan.count("commitments") / plan.districts.height))
    rows = every[np.sort(random.permutation(every.height)[: min(size, every.height)])]
    signed = days(random, rows.height, "2022-02-10", "2023-03-31")
    done = pl.Series(random.random(rows.height) < 0.58)
    return rows.select(
        pl.format("CK-{}-{}", pl.lit(district), pl.int_range(1, pl.len() + 1).cast(pl.String).str.zfill(3)).alias(
            "commitment_no"
        ),
        pl.col("office").alias("unit_name"),
        pl.lit(f"Chủ tịch UBND {_low(plan.written[district])}").alias("signed_to"),
        Pool.of(plan.words["promises"]).draw(random, rows.height).alias("content"),
        "district",
        "commune",
        signed.alias("signed_on"),
        signed.dt.offset_by("9mo").alias("due_on"),
        pl.when(done)
        .then(pl.lit("done"))
        .otherwise(Pool.of(("running", "late"), (3, 1)).draw(random, rows.height))
        .alias("status"),
        pl.when(done).then(signed.dt.offset_by("7mo")).alias("done_on"),
    )


def steering_bodies(plan: Plan) -> pl.DataFrame:
    """Steering committees of province, districts and communes; executive boards of province and districts."""
    units = plan.units.select(
        "code",
        "name",
        level=pl.col("code").str.len_chars().replace_strict({2: "province", 3: "district", 5: "commune"}),
    )
    committees = units.with_columns(kind=pl.lit("steering"), prefix=pl.lit("BCD"), word=pl.lit("Ban Chỉ đạo"))
    boards = units.filter(pl.col("level") != "commune").with_columns(
        kind=pl.lit("executive"), prefix=pl.lit("BDH"), word=pl.lit("Ban Điều hành")
    )
    rows = pl.concat([committees, boards]).join(
        plan.communes.select("code", above="district"), on="code", how="left", maintain_order="left"
    )
    rows = rows.head(max(1, round(rows.height * plan.scale)))
    random, size = plan.random("steering_bodies"), rows.height
    return rows.select(
        pl.format("{}-{}", "prefix", "code").alias("body_no"),
        pl.format(
            "{} chuyển đổi số {}", "word", pl.col("name").str.head(1).str.to_lowercase() + pl.col("name").str.slice(1)
        ).alias("name"),
        "kind",
        "level",
        pl.when(pl.col("level") == "district")
        .then(pl.col("name"))
        .otherwise(pl.col("above").replace_strict(plan.written, default=None))
        .alias("district"),
        pl.when(pl.col("level") == "commune").then(pl.col("code").replace_strict(plan.written)).alias("commune"),
        (pl.Series("decision_no", random.integers(20, 900, size)).cast(pl.String) + "/QĐ-UBND"),
        days(random, size, "2021-11-15", "2022-09-30").alias("founded_on"),
        pl.when(pl.col("kind") == "steering")
        .then(pl.lit("Bí thư cấp ủy"))
        .otherwise(pl.lit("Chủ tịch UBND"))
        .alias("chair"),
        pl.Series("members", random.integers(9, 26, size)),
    )
