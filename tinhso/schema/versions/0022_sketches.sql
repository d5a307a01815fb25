-- Sketches: registers that somebody is making from a workbook; and who declared those that there are.

alter table registers.register add column declared_by text not null default 'pack';
comment on column registers.register.declared_by is 'pack, or the login of whoever made it on screen: only the latter are changed there.';

create table intake.sketch (
  id bigint generated always as identity primary key,
  owner text not null,
  file_sha256 text not null,
  file_name text not null,
  content jsonb not null check (octet_length(content::text) <= 2000000),
  begun_at timestamptz not null default clock_timestamp(),
  kept_at timestamptz not null default clock_timestamp()
);
comment on table intake.sketch is 'A workbook and the declaration that its officer is making of it. Seen by nobody else; it goes when the register is made or it is dropped, and some days after it was last kept.';
alter table intake.sketch alter column content set statistics 0;
create index on intake.sketch (owner, kept_at);

alter table intake.sketch enable row level security;
create policy own on intake.sketch to tinhso_app
  using (owner = (select access.actor())) with check (owner = (select access.actor()));
grant select, insert, update, delete on intake.sketch to tinhso_app;

create or replace function intake.sweep_drafts(p_days integer) returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_count integer;
  v_sketches integer;
begin
  if p_days < 1 or not access.everywhere('*', 'propose') then
    raise exception 'nobody who may sweep' using errcode = 'TS003';
  end if;
  delete from intake.draft where kept_at < now() - make_interval(days => p_days);
  get diagnostics v_count = row_count;
  delete from intake.sketch where kept_at < now() - make_interval(days => p_days);
  get diagnostics v_sketches = row_count;
  return v_count + v_sketches;
end $$;
comment on function intake.sweep_drafts is 'Drafts and sketches that nobody kept again for so many days go, whoever they are of.';
