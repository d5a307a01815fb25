-- Drafts: what somebody typed into a form and has not recorded yet. Seen by nobody else, and gone once it has served.

create table intake.draft (
  id bigint generated always as identity primary key,
  owner text not null,
  register text not null references registers.register,
  record bigint,
  base integer,
  content jsonb not null check (octet_length(content::text) <= 2000000),
  begun_at timestamptz not null default clock_timestamp(),
  kept_at timestamptz not null default clock_timestamp(),
  check ((record is null) = (base is null))
);
comment on table intake.draft is 'A form that is open or was left: fields that were typed, of a new record or of one at its version base. It goes when it is recorded or dropped, when its record is erased, and some days after it was last kept.';
comment on column intake.draft.content is 'values: texts by field, only those that differ from the record; reason and accept: as in the form.';
alter table intake.draft alter column content set statistics 0;  -- else the planner would remember what goes
create unique index one_of_a_record on intake.draft (owner, register, record) where record is not null;
create index on intake.draft (owner, kept_at);

alter table intake.draft enable row level security;
create policy own on intake.draft to tinhso_app
  using (owner = (select access.actor()) and access.may(register, 'propose'))
  with check (owner = (select access.actor()) and access.may(register, 'propose'));
grant select, insert, update, delete on intake.draft to tinhso_app;

create function intake.sweep_drafts(p_days integer) returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_count integer;
begin
  if p_days < 1 or not access.everywhere('*', 'propose') then
    raise exception 'nobody who may sweep' using errcode = 'TS003';
  end if;
  delete from intake.draft where kept_at < now() - make_interval(days => p_days);
  get diagnostics v_count = row_count;
  return v_count;
end $$;
comment on function intake.sweep_drafts is 'Drafts that nobody kept again for so many days go, whoever they are of.';

create function intake.forget_drafts(p_register text, p_fields text[], p_number text) returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_count integer;
begin
  if not access.may(p_register, 'approve') then
    raise exception 'nobody who may erase here' using errcode = 'TS003';
  end if;
  delete from intake.draft d where d.register = p_register
    and exists (select from unnest(p_fields) f where regexp_replace(d.content -> 'values' ->> f, '[^0-9]', '', 'g') = p_number);
  get diagnostics v_count = row_count;
  return v_count;
end $$;
comment on function intake.forget_drafts is 'Drafts that name a person by number go, whoever typed them.';

-- A record whose content was erased keeps no draft.

create function intake.forget_erased() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  delete from intake.draft d using erased e where (d.register, d.record) = (e.register, e.record);
  return null;
end $$;
create trigger forget_drafts after insert on privacy.erased referencing new table as erased
  for each statement execute function intake.forget_erased();
