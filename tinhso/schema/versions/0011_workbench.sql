-- Workbench: what officers keep beside records: saved lists, attached files. And who took a record out is told in its history.

create schema workbench;
grant usage on schema workbench to tinhso_app;

create table workbench.saved_list (
  id bigint generated always as identity primary key,
  register text not null references registers.register,
  owner text not null,
  name text not null check (length(name) between 1 and 80),
  query text not null check (length(query) <= 4000),
  shared boolean not null default false,
  at timestamptz not null default clock_timestamp(),
  unique (register, owner, name)
);
comment on table workbench.saved_list is 'A list under a name: its address without what a reader typed to search. Read by its owner and, where it is shared, by whoever reads the register.';
alter table workbench.saved_list enable row level security;
create policy own_or_shared on workbench.saved_list for select to tinhso_app using (
  owner = (select access.actor()) or shared and access.may(register, 'read'));
create policy own on workbench.saved_list for insert to tinhso_app with check (
  owner = (select access.actor()) and access.may(register, 'read'));
create policy own_goes on workbench.saved_list for delete to tinhso_app using (owner = (select access.actor()));
grant select, insert, delete on workbench.saved_list to tinhso_app;

create table workbench.attachment (
  id bigint generated always as identity primary key,
  register text not null references registers.register,
  record bigint not null,
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  name text not null,
  media_type text not null check (media_type in ('image/jpeg', 'image/png', 'application/pdf')),
  size bigint not null,
  note text not null default '',
  actor text not null,
  at timestamptz not null default clock_timestamp()
);
comment on table workbench.attachment is 'A file that belongs to a record; its bytes lie in the store of files under their SHA-256. Appended; taken off by workbench.detachment.';
create index on workbench.attachment (register, record);
create index on workbench.attachment (sha256);

create table workbench.detachment (
  attachment bigint primary key references workbench.attachment,
  actor text not null,
  reason text not null,
  at timestamptz not null default clock_timestamp()
);

-- Their coming and going stands in the log of changes, which only the database's own functions write.

create function workbench.note_attached() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  insert into access.event (actor, action, subject, facts) values (new.actor, 'attach', new.register || '/' || new.record,
    jsonb_build_object('attachment', new.id, 'sha256', new.sha256, 'size', new.size, 'media_type', new.media_type));
  return null;
end $$;
create trigger noted after insert on workbench.attachment for each row execute function workbench.note_attached();

create function workbench.note_detached() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  insert into access.event (actor, action, subject, facts)
  select new.actor, 'detach', a.register || '/' || a.record, jsonb_build_object('attachment', a.id, 'sha256', a.sha256)
  from workbench.attachment a where a.id = new.attachment;
  return null;
end $$;
create trigger noted after insert on workbench.detachment for each row execute function workbench.note_detached();

create function workbench.place(p_register text, p_record bigint) returns bigint
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_place bigint;
begin
  if exists (select from registers.register r where r.register = p_register)
     and (registers.nothing_hidden(p_register) or p_record <> all (registers.hidden(p_register))) then
    execute format('select place from registers.%I where id = $1', p_register) into v_place using p_record;
  end if;
  return v_place;
end $$;
comment on function workbench.place is 'Inner: where a record stands; nothing where there is none or it is restricted.';
revoke execute on function workbench.place from public;

create function workbench.reaches(p_register text, p_record bigint, p_verb text) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select access.inside(workbench.place(p_register, p_record), access.bounds(p_register, p_verb))
$$;
comment on function workbench.reaches is 'Whether the transaction''s scope holds the verb where the record stands.';

alter table workbench.attachment enable row level security;
create policy within_scope on workbench.attachment for select to tinhso_app using (workbench.reaches(register, record, 'read'));
create policy proposed on workbench.attachment for insert to tinhso_app with check (
  actor = (select access.actor()) and workbench.reaches(register, record, 'propose'));
grant select, insert on workbench.attachment to tinhso_app;

alter table workbench.detachment enable row level security;
create policy within_scope on workbench.detachment for select to tinhso_app using (
  exists (select from workbench.attachment a where a.id = attachment));
create policy proposed on workbench.detachment for insert to tinhso_app with check (
  actor = (select access.actor())
  and exists (select from workbench.attachment a where a.id = attachment and workbench.reaches(a.register, a.record, 'propose')));
grant select, insert on workbench.detachment to tinhso_app;

-- A record whose content was erased keeps no attachment: its name and note go here, its bytes with the sources of the act.

create function workbench.forget_erased() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_register text;
begin
  for v_register in select distinct e.register from erased e loop
    execute format('update workbench.attachment a set name = '''', note = '''' from erased e'
      ' where a.register = e.register and a.record = e.record and e.register = %L'
      ' and not exists (select from registers.%I r where r.id = e.record)', v_register, v_register);
  end loop;
  return null;
end $$;
create trigger forget_attachments after insert on privacy.erased referencing new table as erased
  for each statement execute function workbench.forget_erased();

create or replace function privacy.sources(p_acts bigint[]) returns setof text
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_register text;
begin
  for v_register in select distinct e.register from privacy.erased e where e.change_set = any (p_acts)
    and access.inside(e.place, access.bounds(e.register, 'approve')) loop
    return query execute format('select distinct s.file_sha256 from privacy.erased e join history.%I h on (h.id, h.version) = (e.record, e.version)'
      ' join registers.change_set s on s.id in (h.change_set, h.origin)'
      ' where e.register = %L and e.change_set = any ($1) and s.file_sha256 is not null', v_register, v_register) using p_acts;
    return query execute format('select distinct a.sha256 from privacy.erased e join workbench.attachment a'
      ' on (a.register, a.record) = (e.register, e.record) where e.register = %L and e.change_set = any ($1)'
      ' and not exists (select from registers.%I r where r.id = e.record)'
      ' and not exists (select from workbench.attachment o where o.sha256 = a.sha256 and (o.register, o.record) <> (a.register, a.record)'
      '   and not exists (select from workbench.detachment d where d.attachment = o.id))', v_register, v_register) using p_acts;
  end loop;
end $$;
comment on function privacy.sources is 'The files in which versions came that these acts erased, and those attached to their records alone.';

-- History tells who took a record out, not only who brought its versions.

create or replace function registers.told(p_register text, p_records bigint[])
returns table (change_set bigint, at timestamptz, author text, way text, reason text, file_name text, sheets text[])
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not exists (select from registers.register r where r.register = p_register) then return; end if;
  return query execute format(
    'select s.id, s.at, s.author, s.way, s.reason, s.file_name, s.sheets from registers.change_set s where s.id in ('
    ' select unnest(array[r.change_set, r.origin]) from registers.%1$I r where r.id = any ($1) and access.inside(r.place, $2)'
    ' union select unnest(array[h.change_set, h.origin, h.until_change_set]) from history.%1$I h where h.id = any ($1) and access.inside(h.place, $2))',
    p_register) using p_records, access.bounds(p_register);
end $$;
comment on function registers.told is 'Of records that the scope may read: the change sets that brought and ended their versions, whoever made them.';
