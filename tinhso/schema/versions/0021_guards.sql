-- Walls that were too low: who counts as an administrator, whose records are restricted, who reads of consents and of
-- shared lists, and who appends to the log of readings.

-- An administrator is somebody who can sign in and administers the whole tree.

create function access.at_root(p_area bigint) returns boolean
stable return coalesce((select t.parent is null from areas.tree t where t.area = p_area), false);
comment on function access.at_root is 'Whether an area has none above it.';

create or replace function access.administrators() returns bigint
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select count(distinct g.person) from access.grant g join access.person p on p.id = g.person and p.state = 'active' and not p.client
  where g.revoked_at is null and g.valid_to is null and g.valid_from <= now() and access.administers(g.role) and access.at_root(g.area)
$$;
comment on function access.administrators is 'How many active people, no programs, administer the whole tree with no end set.';

create or replace function access.keep_an_administrator() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_was jsonb := to_jsonb(old);
  v_person bigint := case tg_table_name when 'person' then (v_was ->> 'id')::bigint when 'grant' then (v_was ->> 'person')::bigint end;
  v_grant bigint := case tg_table_name when 'grant' then (v_was ->> 'id')::bigint end;
  v_role text := case tg_table_name when 'role' then v_was ->> 'role' end;
begin
  perform pg_advisory_xact_lock(7283402);
  if access.administrators() = 0 and exists (
    select from access.grant g join access.person p on p.id = g.person
    where not p.client and access.at_root(g.area) and g.valid_to is null
      and (g.person = v_person or v_person is null) and (g.id = v_grant or v_grant is null) and (g.role = v_role or v_role is null)
      and (access.administers(g.role) or v_role is not null)
      and (p.state = 'active' or tg_table_name = 'person') and (g.revoked_at is null or v_grant is not null)) then
    raise exception 'the last administrator' using errcode = 'TS010';
  end if;
  return null;
end $$;

create function access.no_program_administers() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if access.administers(new.role) and (select p.client from access.person p where p.id = new.person) then
    raise exception 'a program does not administer' using errcode = 'TS015';
  end if;
  return new;
end $$;
create trigger no_program_administers before insert on access.grant
  for each row execute function access.no_program_administers();

-- A record is restricted by whoever reads it; a restriction is lifted by whoever handles the case.

create function privacy.reaches(p_register text, p_record bigint) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_place bigint;
begin
  if not exists (select from registers.register r where r.register = p_register) then return false; end if;
  execute format('select place from registers.%I where id = $1', p_register) into v_place using p_record;
  return access.inside(v_place, access.bounds(p_register));
end $$;
comment on function privacy.reaches is 'Whether the scope reads where a record stands, restricted or not.';

drop policy within_scope_added on privacy.restriction;
create policy within_scope_added on privacy.restriction for insert to tinhso_app
  with check (privacy.holds("case", 'propose') and (way = 'lifted' or privacy.reaches(register, record)));

-- What somebody agreed to elsewhere is known to whoever answers for the whole province.

drop policy within_scope on privacy.consent;
create policy within_scope on privacy.consent for select to tinhso_app
  using ((select access.everywhere('privacy')) or actor = (select access.actor()) and (select access.may('privacy', 'read')));

-- A list is shared with whoever reads where its owner does.

alter table workbench.saved_list add column place bigint;
comment on column workbench.saved_list.place is 'Where its owner''s reading begins, set when it is kept; null for the whole tree.';
create function workbench.owners_place() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  new.place := case when not access.everywhere(new.register) then (access.bounds(new.register))[1] end;
  return new;
end $$;
create trigger owners_place before insert on workbench.saved_list for each row execute function workbench.owners_place();
update workbench.saved_list set shared = false;  -- whose they are to be seen by is not known
drop policy own_or_shared on workbench.saved_list;
create policy own_or_shared on workbench.saved_list for select to tinhso_app using (
  owner = (select access.actor()) or shared and access.may(register, 'read')
    and (place is null or access.inside(place, access.bounds(register))));

-- Nobody appends to the log of readings in somebody else's name: without a sealed scope there is no reader.

create or replace function access.look(p_actor text, p_action text, p_register text, p_record bigint, p_fields text[],
  p_reason text, p_address inet, p_count integer, p_purpose text, p_grant bigint, p_records bigint[], p_units bigint[],
  p_words text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_actor text := access.actor();
begin
  if v_actor is null and not pg_has_role(session_user, current_user, 'member') then
    raise exception 'nobody who reads' using errcode = 'TS003';
  end if;
  insert into access.reading (actor, action, register, record, fields, reason, address, count, purpose, grant_id,
    records, units, words)
  values (coalesce(v_actor, p_actor), p_action, p_register, p_record, p_fields, p_reason, p_address, p_count,
    p_purpose, p_grant, p_records, p_units, case when p_words <> '' then access.blurred('search', p_words) end);
end $$;
comment on function access.look is 'Note a reading in the transaction that reads. p_actor counts only for the owner; the application must have sealed a scope.';

-- Who administers a part reads the grants there.

drop policy within_scope on access.grant;
create policy within_scope on access.grant for select to tinhso_app using (
  (select access.everywhere('*', 'administer'))
  or person = (select p.id from access.person p where p.login = access.actor())
  or access.inside((select t.low from areas.tree t where t.area = "grant".area), (select access.bounds('*', 'administer'))));
