-- The platform's own tables as of the first release. Owner: role tinhso_owner. The application is tinhso_app.
-- Nothing newer than PostgreSQL 15 is used.

create schema areas;
create schema registers;   -- declarations, change sets, and one table for each register
create schema history;     -- earlier versions, one table for each register
create schema inbox;       -- rows on their way into a register, one unlogged table for each commit
create schema intake;
create schema indicators;

create extension if not exists btree_gist;
create extension if not exists pg_trgm;

-- Areas: an area is not its code. Codes, names and parents hold for a span of days.

create table areas.area (
  id bigint generated always as identity primary key,
  level smallint not null check (level between 1 and 4)
);
comment on table areas.area is 'A unit that keeps its identity while codes, names and parents change. Levels: 1 province, 2 district, 3 commune, 4 village.';

create table areas.code (
  area bigint not null references areas.area,
  code text not null,
  valid daterange not null,
  exclude using gist (code with =, valid with &&),
  exclude using gist (area with =, valid with &&)
);

create table areas.name (
  area bigint not null references areas.area,
  name text not null,
  kind text not null,
  valid daterange not null,
  exclude using gist (area with =, valid with &&)
);
comment on column areas.name.kind is 'The type as law says it: tỉnh, thành phố, huyện, phường, thị trấn, xã, thôn, tổ dân phố.';

create table areas.alias (
  area bigint not null references areas.area,
  alias text not null,
  folded text not null,
  primary key (area, alias)
);
comment on table areas.alias is 'Other spellings met in files, such as Xà Phìn for Sà Phìn.';

create table areas.parent (
  area bigint not null references areas.area,
  parent bigint not null references areas.area,
  valid daterange not null,
  exclude using gist (area with =, valid with &&)
);

create table areas.point (
  area bigint primary key references areas.area,
  latitude double precision not null,
  longitude double precision not null
);

create table areas.shape (
  area bigint primary key references areas.area,
  geometry jsonb not null,
  approximate boolean not null,
  source text not null
);
comment on table areas.shape is 'GeoJSON geometry in WGS 84 (RFC 7946).';

create sequence areas.place as bigint;
comment on sequence areas.place is 'Place numbers are never used twice, so that a stale scope sees nothing rather than another''s rows.';

create table areas.tree (
  area bigint primary key references areas.area,
  parent bigint references areas.area,
  level smallint not null,
  low bigint not null,
  high bigint not null,
  code text not null,
  name text not null,
  kind text not null,
  folded text not null,
  sort_key text collate "C" not null
);
comment on table areas.tree is 'The tree in force, derived: an area covers the places low..high, its own records stand at low.';
create unique index on areas.tree (low);
create unique index on areas.tree (code);
create index on areas.tree (parent);

-- Code lists and declarations: json, not jsonb, which would lose the order of fields and codes that pages keep to.

create table registers.code_list (
  list text primary key,
  declaration json not null
);

create table registers.register (
  register text primary key,
  declaration json not null,
  declared_at timestamptz not null default now(),
  last_leaf bigint not null default 0
);
comment on column registers.register.last_leaf is 'Leaf of the last commit; written under the lock that gives leaves, so it costs no waiting of its own.';

create table registers.change_set (
  id bigint generated always as identity primary key,
  register text not null references registers.register,
  author text not null,
  way text not null check (way in ('file', 'form', 'api', 'undo')),
  file_sha256 text,
  file_name text,
  sheets text[] not null default '{}',
  reason text,
  at timestamptz not null default clock_timestamp(),
  new_count integer not null default 0,
  changed_count integer not null default 0,
  gone_count integer not null default 0,
  same_count integer not null default 0,
  undoes bigint references registers.change_set,
  digest bytea,
  leaf bigint unique
);
comment on column registers.change_set.leaf is 'Gapless position in the order of commits, given under the one lock taken last before COMMIT.';
create index on registers.change_set (register, id desc);
create index on registers.change_set (file_sha256);

-- Intake: batches (an upload with the sender's choices) and what was learnt about a sender's headings.

create table intake.batch (
  id bigint generated always as identity primary key,
  register text not null references registers.register,
  sender text not null,
  place bigint not null,
  file_sha256 text not null,
  file_name text not null,
  received_at timestamptz not null default clock_timestamp(),
  choices jsonb not null default '{}',
  summary jsonb,
  state text not null default 'received' check (state in ('received', 'checked', 'committed', 'refused', 'dropped')),
  change_set bigint references registers.change_set
);
comment on column intake.batch.choices is 'What the sender chose: columns matched by hand, repairs accepted, all or the good rows.';

create table intake.heading (
  sender text not null,
  register text not null,
  heading text not null,
  field text not null,
  primary key (sender, register, heading)
);

-- Indicators: additive parts by area, day and one dimension. Each commit appends, a job folds.

create table indicators.indicator (
  indicator text primary key,
  declaration json not null
);

create table indicators.part (
  id integer generated always as identity primary key,
  register text not null references registers.register,
  name text not null unique,
  declaration json not null
);

create table indicators.delta (
  change_set bigint not null,
  part integer not null,
  area bigint not null,
  day date not null,
  dimension text not null,
  member text not null,
  value numeric not null
);
comment on table indicators.delta is 'What a change set added to each part. Never updated; rows not yet folded into cells. day -infinity = no date.';

create index on indicators.delta (part, dimension, member);

create table indicators.folded (like indicators.delta);
comment on table indicators.folded is 'Deltas already summed into cells, kept for reading as of an earlier commit.';
create index on indicators.folded (part, change_set);

create table indicators.cell (
  part integer not null,
  area bigint not null,
  day date not null,
  dimension text not null,
  member text not null,
  value numeric not null,
  primary key (part, dimension, member, area, day)
);

create table indicators.board (
  board text primary key,
  declaration json not null,
  published json
);
comment on column indicators.board.published is 'Figures as others published them; laid beside ours, never read while figures are computed.';

create table indicators.state (
  revision bigint not null
);
comment on table indicators.state is 'One row: counts up whenever indicators or boards are declared, so that readers know to read them again.';
insert into indicators.state values (0);

-- The application reads and appends; it owns nothing.

grant usage on schema areas, registers, history, intake, indicators, inbox to tinhso_app;
grant select on all tables in schema areas, registers, indicators to tinhso_app;
grant select, insert, update on intake.batch, intake.heading to tinhso_app;
grant usage on all sequences in schema intake to tinhso_app;
