-- A code opens what whoever gave it approves, and no more: by a number typed into a record of one's own, nobody looks
-- into another office's records in that person's place.

alter table access.citizen_code add column reach jsonb not null default '{}';
comment on column access.citizen_code.reach is 'Where whoever gave the code approves, register by register, as access.bounds() tells it.';
alter table access.citizen_session
  add column reach jsonb not null default '{}',
  add column issued_by text;
comment on column access.citizen_session.reach is 'As the code had it.';

create or replace function access.open_citizen_code(p_who bytea, p_code bytea, p_now timestamptz, p_until timestamptz) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
  update access.citizen_code set until = p_now where who = p_who and used_at is null and until > p_now;
  insert into access.citizen_code (who, code, issued_by, issued_at, until, reach)
  select p_who, p_code, access.actor(), p_now, p_until,
    coalesce(jsonb_object_agg(n.register, access.bounds(n.register, 'approve')::text), '{}')
  from access.citizen_numbers() n;
$$;

create or replace function access.enter_as_citizen(p_number text, p_code bytea, p_token bytea, p_sealed bytea, p_address text,
  p_now timestamptz, p_until timestamptz) returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_who bytea := access.blurred('citizen', p_number);
  v_try bytea := access.blurred('citizen try', p_number);
  v_address bytea := access.blurred('citizen address', p_address);
  v_wait integer := greatest(access.seconds_left(v_try, p_now), access.seconds_left(v_address, p_now));
  v_code access.citizen_code;
begin
  if v_wait = 0 then v_wait := access.count_try(v_address, 20, 900, interval '1 hour', p_now); end if;
  if v_wait = 0 then v_wait := access.count_try(v_try, 5, 900, interval '1 hour', p_now); end if;
  if v_wait > 0 then return v_wait; end if;
  update access.citizen_code c set tries = c.tries + 1 where c.who = v_who and c.used_at is null and c.until > p_now;
  update access.citizen_code c set used_at = p_now
  where c.who = v_who and c.code = p_code and c.used_at is null and c.until > p_now and c.tries <= 5
  returning c.* into v_code;
  if v_code.id is null then return -1; end if;
  update access.throttle t set failures = 0, until = t.last_at where t.bucket = v_try;
  delete from access.citizen_session s where s.until < p_now;
  insert into access.citizen_session values (p_token, v_who, p_sealed, p_until, v_code.reach, v_code.issued_by);
  return 0;
end $$;

-- Every answer to a citizen goes through these two: where the session reaches, and the own records there.

create function access.citizen_reach(p_token bytea, p_number text, p_now timestamptz) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select s.reach from access.citizen_session s
  where s.token = p_token and s.until > p_now and s.who = access.blurred('citizen', p_number)
$$;
comment on function access.citizen_reach is 'Inner: where a session reaches, by register; null where it is over or not of this number.';

create function access.reached(p_reach jsonb, p_register text, p_place bigint) returns boolean
immutable return access.inside(p_place, coalesce(p_reach ->> p_register, '{9223372036854775807}')::bigint[]);
comment on function access.reached is 'Whether a reach holds at a place of a register.';

drop function access.of_citizen(text);
create function access.of_citizen(p_token bytea, p_number text, p_now timestamptz)
returns table (register text, id bigint, area bigint, record jsonb)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_reach jsonb := access.citizen_reach(p_token, p_number, p_now);
  v_register text;
  v_fields text[];
  v_where text;
begin
  if v_reach is null then return; end if;
  for v_register, v_fields in select n.register, n.fields from access.citizen_numbers() n loop
    select string_agg(format('r.%I = $1', f), ' or ') into v_where from unnest(v_fields) f;
    return query execute format('select %L::text, r.id, r.area, to_jsonb(r) - ''{salt,digest,fingerprint,search,sort_key}''::text[]'
      ' from registers.%I r where (%s) and access.reached($2, %L, r.place) order by r.id', v_register, v_register, v_where, v_register)
      using p_number, v_reach;
  end loop;
end $$;
comment on function access.of_citizen is 'Inner: the records that name the citizen of a session, where its code reaches.';

create or replace function access.own_records(p_token bytea, p_number text, p_address inet, p_now timestamptz)
returns table (register text, id bigint, area bigint, record jsonb)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
  if access.citizen_reach(p_token, p_number, p_now) is null then return; end if;
  insert into access.reading (actor, action, register, record, address, units, reason)
  select 'citizen', 'own', o.register, o.id, p_address, array[o.area], s.issued_by
  from access.of_citizen(p_token, p_number, p_now) o cross join access.citizen_session s where s.token = p_token;
  return query select o.register, o.id, o.area, o.record from access.of_citizen(p_token, p_number, p_now) o;
end $$;
comment on function access.own_records is 'The records that name the citizen of this session, where its code reaches; that they were looked at is noted as the citizen''s, with the login of who gave the code as its reason.';

create or replace function access.looked_at_own(p_token bytea, p_number text, p_now timestamptz, p_most integer)
returns table (at timestamptz, register text, action text, who text, title jsonb, area bigint, purpose jsonb,
  fields text[], among integer)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
  return query
    with own as materialized (select o.register, o.id from access.of_citizen(p_token, p_number, p_now) o),
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

create or replace function access.rows_waiting_for_own(p_token bytea, p_number text, p_now timestamptz)
returns table (register text, area bigint, at timestamptz)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
  v_reach jsonb := access.citizen_reach(p_token, p_number, p_now);
begin
  return query select w.register, w.area, w.at from (
      select t.register, t.area, t.at from access.citizen_numbers() n join registers.transfer t on t.register = n.register
      where exists (select from unnest(n.fields) f where t.content ->> f = p_number)
        and not exists (select from registers.transfer_state d where d.transfer = t.id and d.state <> 'waiting')
      union all
      select p.register, l.area, p.at from access.citizen_numbers() n join registers.proposal p on p.register = n.register
      join registers.proposal_line l on l.proposal = p.id
      where exists (select from unnest(n.fields) f where l.content ->> f = p_number)
        and not exists (select from registers.proposal_state d where d.line = l.id)
    ) w join areas.tree a on a.area = w.area where access.reached(v_reach, w.register, a.low);
end $$;
comment on function access.rows_waiting_for_own is 'Rows that name the citizen of this session and wait for a decision, where its code reaches.';

create or replace function access.files_waiting(p_token bytea, p_number text, p_now timestamptz)
returns table (register text, area bigint, at timestamptz, sha256 text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
  v_reach jsonb := access.citizen_reach(p_token, p_number, p_now);
begin
  return query select b.register, t.area, b.received_at, b.file_sha256 from intake.batch b
    join access.citizen_numbers() n on n.register = b.register left join areas.tree t on t.low = b.place
    where b.state in ('received', 'checked', 'refused')
      and (access.reached(v_reach, b.register, b.place) or v_reach ->> b.register = '{0,9223372036854775807}') order by b.id;
end $$;
comment on function access.files_waiting is 'Files that wait for their sender, where the code reaches, for looking into them for the number of this session''s citizen; area is the sender''s.';

create or replace function privacy.ask_publicly(p jsonb, p_code bytea, p_token bytea, p_person bytea, p_now timestamptz) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_case bigint;
  v_area bigint;
  v_place bigint;
  v_own boolean := p_token is not null;
begin
  if v_own then
    select o.area, (o.record ->> 'place')::bigint into v_area, v_place
    from access.of_citizen(p_token, p ->> 'citizen_id', p_now) o where o.register = p ->> 'register' and o.id = (p ->> 'record')::bigint;
    if not found then
      raise exception 'not the own record' using errcode = 'TS002';
    end if;
  else
    select t.area, t.low into v_area, v_place from areas.tree t
      where t.code = p ->> 'area' or t.level = 1 order by t.code is distinct from p ->> 'area', t.low limit 1;
    p := (p - '{record,values}'::text[]) || '{"values": {}}'::jsonb;
  end if;
  v_case := privacy.take_down((p - 'asker'::text) || '{"channel": "web"}'::jsonb, v_area, v_place, case when v_own then p_person end, 'citizen');
  if v_own then
    insert into privacy.step ("case", action, at, actor, facts)
    values (v_case, 'identified', (p ->> 'at')::timestamptz, 'citizen', '{"by": "code"}');
  end if;
  insert into privacy.case_code values (v_case, p_code);
  return v_case;
end $$;

drop function access.citizen_is(bytea, text, timestamptz);
revoke execute on function access.citizen_reach, access.of_citizen from public;
