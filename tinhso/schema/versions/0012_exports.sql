-- Files carried out: what was asked for, how far it is, and that only its maker fetches it. The file itself lies beside the database.

create table registers.export (
  id bigint generated always as identity primary key,
  maker text not null default access.actor(),
  register text not null references registers.register,
  wish jsonb not null,
  rights text not null,
  file_name text not null,
  state text not null default 'waiting' check (state in ('waiting', 'running', 'done', 'failed')),
  total bigint not null check (total >= 0),
  done bigint not null default 0 check (done >= 0),
  problem jsonb,
  asked_at timestamptz not null default clock_timestamp(),
  begun_at timestamptz,
  beat_at timestamptz not null default clock_timestamp(),
  made_at timestamptz
);
comment on table registers.export is 'A list that somebody asked for as a file. rights: a digest of what the maker might see then; who may see other things now makes the file again.';
comment on column registers.export.beat_at is 'When whoever writes the file was last heard of; one that is silent for long was interrupted.';
create index on registers.export (maker, id desc);

alter table registers.export enable row level security;
create policy own on registers.export to tinhso_app
  using (maker = (select access.actor())) with check (maker = (select access.actor()));
grant select, insert, update on registers.export to tinhso_app;
grant usage on sequence registers.export_id_seq to tinhso_app;

create function registers.erased_since(p_register text, p_since timestamptz) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select exists (select from registers.change_set s where s.register = p_register and s.way = 'erasure' and s.at >= p_since)
$$;
comment on function registers.erased_since is 'Whether content of the register was erased since: files made before then are not handed out any more.';

-- Files sent together, and recordings that were cut off.

alter table intake.batch
  add column together bigint,
  add column begun_at timestamptz;
comment on column intake.batch.together is 'The first of the files that were sent together with this one; null where it came alone.';
comment on column intake.batch.begun_at is 'When its recording began; emptied when it ends in any way. What is left of it afterwards tells that the recording was cut off, and so left nothing.';
create index on intake.batch (together) where together is not null;
