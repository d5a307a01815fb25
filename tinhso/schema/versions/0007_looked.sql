-- Who looked: what a line of the log tells, who may read it, notices of unusual reading, and the citizen's own view.

alter table access.reading
  add column records bigint[],
  add column units bigint[],
  add column words bytea;
comment on table access.reading is 'Who looked at whose data: a line for a record, a page of a list, a stretch of an export. Appended to by access.look alone.';
comment on column access.reading.records is 'The records shown where there were several, so that each person can be told; record where there was one.';
comment on column access.reading.units is 'The units (areas.area) that the records belonged to.';
comment on column access.reading.words is 'The folded words of a search, blurred with the key of access.wall: the same search can be recognised, not read.';
create index on access.reading using gin (records);
create index on access.reading (actor, at);
create index on access.reading (at);

-- One way in. Whoever acts is told by the sealed scope, not by whoever calls; the moment is the database's.
revoke insert on access.reading from tinhso_app;

create function access.look(p_actor text, p_action text, p_register text, p_record bigint, p_fields text[],
  p_reason text, p_address inet, p_count integer, p_purpose text, p_grant bigint, p_records bigint[], p_units bigint[],
  p_words text) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
  insert into access.reading (actor, action, register, record, fields, reason, address, count, purpose, grant_id,
    records, units, words)
  values (coalesce(access.actor(), p_actor), p_action, p_register, p_record, p_fields, p_reason, p_address, p_count,
    p_purpose, p_grant, p_records, p_units, case when p_words <> '' then access.blurred('search', p_words) end)
$$;
comment on function access.look is 'Note a reading in the transaction that reads. p_actor counts only where no scope is sealed, as for the owner.';

-- Everybody reads their own lines; auditors those of their area, where every unit of the line lies in it.

alter table access.reading enable row level security;
grant select on access.reading to tinhso_app;
create policy own on access.reading for select to tinhso_app using (actor = (select access.actor()));
create policy audited on access.reading for select to tinhso_app using (
  (select access.everywhere('*', 'audit'))
  or (select access.may('*', 'audit')) and cardinality(units) > 0 and not exists (
    select from unnest(units) unit left join areas.tree t on t.area = unit
    where not access.inside(t.low, (select access.bounds('*', 'audit')))));

create function access.granted_as(p_grants bigint[]) returns table (id bigint, title jsonb, area bigint)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select g.id, (r.declaration -> 'title')::jsonb, g.area
  from access.grant g join access.role r on r.role = g.role join access.person p on p.id = g.person
  where g.id = any (p_grants) and (p.login = access.actor() or access.may('*', 'audit'))
$$;
comment on function access.granted_as is 'The role and the unit of grants that lines of the log name, for their holders and for auditors.';

-- Notices of unusual reading.

create table access.notice (
  id bigint generated always as identity primary key,
  at timestamptz not null default clock_timestamp(),
  kind text not null check (kind in ('many', 'more_than_usual', 'outside_hours', 'outside_area')),
  actor text not null,
  since timestamptz not null,
  facts jsonb not null default '{}',
  unique (kind, actor, since)
);
comment on table access.notice is 'Unusual reading: what kind, by whom, in the hour that began then, and the numbers that made it unusual.';
create trigger append_only before update or delete or truncate on access.notice
  for each statement execute function access.append_only();
alter table access.notice enable row level security;
grant select on access.notice to tinhso_app;
create policy audited on access.notice for select to tinhso_app using ((select access.everywhere('*', 'audit')));

create table access.watched (
  single boolean primary key default true check (single),
  until timestamptz not null
);
comment on table access.watched is 'The hour from which readings are looked at next.';

-- The citizen's own view. No table here holds a citizen's number in clear.

create table access.citizen_code (
  id bigint generated always as identity primary key,
  who bytea not null,
  code bytea not null,
  issued_by text not null,
  issued_at timestamptz not null,
  until timestamptz not null,
  tries integer not null default 0,
  used_at timestamptz
);
comment on table access.citizen_code is 'One-time codes given at the counter. who: the number, blurred; code: HMAC under the installation''s secret key.';
create index on access.citizen_code (who);

create table access.citizen_session (
  token bytea primary key,
  who bytea not null,
  sealed bytea not null,
  until timestamptz not null
);
comment on column access.citizen_session.sealed is 'The number, sealed under the installation''s secret key together with the token.';

create function access.citizen_numbers() returns table (register text, fields text[])
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select r.register, array_agg(f.key order by f.key)
  from registers.register r, json_each((r.declaration -> 'fields')::json) f
  where f.value ->> 'check' = 'citizen_id' group by r.register order by r.register
$$;
comment on function access.citizen_numbers is 'The registers that name citizens by their number, and in which fields.';

create function access.open_citizen_code(p_who bytea, p_code bytea, p_now timestamptz, p_until timestamptz) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
  update access.citizen_code set until = p_now where who = p_who and used_at is null and until > p_now;
  insert into access.citizen_code (who, code, issued_by, issued_at, until)
  values (p_who, p_code, access.actor(), p_now, p_until);
$$;

create function access.issue_citizen_code(p_register text, p_record bigint, p_code bytea, p_now timestamptz,
  p_until timestamptz) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_field text;
  v_number text;
begin
  for v_field in select unnest(n.fields) from access.citizen_numbers() n where n.register = p_register loop
    execute format('select r.%I from registers.%I r where r.id = $1 and access.inside(r.place, $2)', v_field, p_register)
      into v_number using p_record, access.bounds(p_register, 'approve');
    exit when v_number is not null;
  end loop;
  if v_number is null then return false; end if;
  perform access.open_citizen_code(access.blurred('citizen', v_number), p_code, p_now, p_until);
  perform access.tell(access.actor(), 'citizen_code', p_register || ' ' || p_record);
  return true;
end $$;
comment on function access.issue_citizen_code is 'A code for whoever a record names, by somebody who approves where it belongs; the number itself is not told.';

create function access.issue_citizen_code_for(p_number text, p_code bytea, p_now timestamptz, p_until timestamptz)
returns boolean language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not access.everywhere('*', 'approve') then return false; end if;
  perform access.open_citizen_code(access.blurred('citizen', p_number), p_code, p_now, p_until);
  perform access.tell(access.actor(), 'citizen_code', null);
  return true;
end $$;
comment on function access.issue_citizen_code_for is 'The same for a number that was typed, by somebody who approves everywhere; it does not tell whether anything is recorded.';

create function access.enter_as_citizen(p_number text, p_code bytea, p_token bytea, p_sealed bytea, p_address text,
  p_now timestamptz, p_until timestamptz) returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_who bytea := access.blurred('citizen', p_number);
  v_try bytea := access.blurred('citizen try', p_number);
  v_address bytea := access.blurred('citizen address', p_address);
  v_wait integer := greatest(access.seconds_left(v_try, p_now), access.seconds_left(v_address, p_now));
  v_code bigint;
begin
  if v_wait = 0 then v_wait := access.count_try(v_address, 20, 900, interval '1 hour', p_now); end if;
  if v_wait = 0 then v_wait := access.count_try(v_try, 5, 900, interval '1 hour', p_now); end if;
  if v_wait > 0 then return v_wait; end if;
  update access.citizen_code c set tries = c.tries + 1 where c.who = v_who and c.used_at is null and c.until > p_now;
  update access.citizen_code c set used_at = p_now
  where c.who = v_who and c.code = p_code and c.used_at is null and c.until > p_now and c.tries <= 5
  returning c.id into v_code;
  if v_code is null then return -1; end if;
  update access.throttle t set failures = 0, until = t.last_at where t.bucket = v_try;
  delete from access.citizen_session s where s.until < p_now;
  insert into access.citizen_session values (p_token, v_who, p_sealed, p_until);
  return 0;
end $$;
comment on function access.enter_as_citizen is '0: entered; -1: number and code do not belong together, or the code is over; more: seconds to wait. A number that nobody has answers the same.';

create function access.citizen_of(p_token bytea, p_now timestamptz) returns bytea
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select s.sealed from access.citizen_session s where s.token = p_token and s.until > p_now
$$;

create function access.leave_as_citizen(p_token bytea) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
  delete from access.citizen_session s where s.token = p_token
$$;

create function access.citizen_is(p_token bytea, p_number text, p_now timestamptz) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select exists (select from access.citizen_session s
    where s.token = p_token and s.until > p_now and s.who = access.blurred('citizen', p_number))
$$;

create function access.of_citizen(p_number text) returns table (register text, id bigint, area bigint, record jsonb)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_register text;
  v_fields text[];
  v_where text;
begin
  for v_register, v_fields in select n.register, n.fields from access.citizen_numbers() n loop
    select string_agg(format('r.%I = $1', f), ' or ') into v_where from unnest(v_fields) f;
    return query execute format('select %L::text, r.id, r.area, to_jsonb(r) - ''{salt,digest,fingerprint,search,sort_key}''::text[]'
      ' from registers.%I r where %s order by r.id', v_register, v_register, v_where) using p_number;
  end loop;
end $$;
comment on function access.of_citizen is 'Inner: the records that name a citizen.';

create function access.own_records(p_token bytea, p_number text, p_address inet, p_now timestamptz)
returns table (register text, id bigint, area bigint, record jsonb)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
  if not access.citizen_is(p_token, p_number, p_now) then return; end if;
  insert into access.reading (actor, action, register, record, address, units)
  select 'citizen', 'own', o.register, o.id, p_address, array[o.area] from access.of_citizen(p_number) o;
  return query select o.register, o.id, o.area, o.record from access.of_citizen(p_number) o;
end $$;
comment on function access.own_records is 'The records that name the citizen of this session; that they were looked at is noted as the citizen''s.';

create function access.looked_at_own(p_token bytea, p_number text, p_now timestamptz, p_most integer)
returns table (at timestamptz, register text, action text, who text, title jsonb, area bigint, purpose jsonb,
  fields text[], among integer)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
  if not access.citizen_is(p_token, p_number, p_now) then return; end if;
  return query
    with own as materialized (select o.register, o.id from access.of_citizen(p_number) o),
    line as (
      select l.* from own o join access.reading l on l.register = o.register and l.record = o.id
      union all
      select l.* from own o join access.reading l on l.register = o.register and l.records @> array[o.id]
      order by id desc limit p_most
    )
    select l.at, l.register, l.action,
      case when l.actor = 'citizen' then 'citizen' when l.actor = 'station' then 'station' else 'officer' end,
      (r.declaration -> 'title')::jsonb, g.area, (p.declaration -> 'title')::jsonb, l.fields,
      greatest(cardinality(l.records), 1)
    from line l left join access.grant g on g.id = l.grant_id left join access.role r on r.role = g.role
    left join access.purpose p on p.purpose = l.purpose order by l.id desc;
end $$;
comment on function access.looked_at_own is 'Who looked at the records of this session''s citizen: role, unit and purpose, never a name or a login.';

revoke execute on function access.open_citizen_code, access.citizen_is, access.of_citizen from public;
