-- Keys: how programs ask. A key stands for an account, a person's or a client's, and can only narrow what its grants give.
-- The application cannot read these tables; it asks functions, each of which answers for one key or one session.

alter table access.person add column client boolean not null default false;
comment on column access.person.client is 'An account of a program: it holds grants and keys, and nobody can sign in as it.';

create function access.no_door_for_clients() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if (select p.client from access.person p where p.id = new.person) then
    raise exception 'nobody signs in as a client' using errcode = 'TS012';
  end if;
  return new;
end $$;
create trigger no_door_for_clients before insert or update on access.password
  for each row execute function access.no_door_for_clients();
create trigger no_door_for_clients before insert or update on access.link
  for each row execute function access.no_door_for_clients();
create trigger no_door_for_clients before insert or update on access.outside_identity
  for each row execute function access.no_door_for_clients();

create table access.key (
  id bigint generated always as identity primary key,
  digest bytea not null check (octet_length(digest) = 32),
  person bigint not null references access.person,
  name text not null,
  verbs text[] not null check (cardinality(verbs) > 0 and verbs <@ array['read', 'propose', 'approve', 'export']),
  registers text[] check (cardinality(registers) > 0),
  area bigint references areas.area,
  clear boolean not null default false,
  per_minute integer not null check (per_minute between 1 and 6000),
  made_by text not null,
  made_at timestamptz not null default now(),
  until timestamptz not null,
  used_at timestamptz,
  revoked_by text,
  revoked_at timestamptz,
  unique (person, name),
  check (until > made_at and until <= made_at + interval '366 days'),
  check ((revoked_by is null) = (revoked_at is null))
);
comment on table access.key is 'Never deleted, only revoked: the actor of changes is named after login and name of the key.';
comment on column access.key.digest is 'SHA-256 of the 256 bits of chance in the token; the token itself is shown once and kept nowhere.';
comment on column access.key.registers is 'Only these; null for whichever the account holds.';
comment on column access.key.area is 'Only there; null for wherever the account may.';
comment on column access.key.clear is 'Whether sensitive fields are shown as they are where the account sees them so.';
comment on column access.key.used_at is 'Written at most once a minute.';

create unlogged table access.key_pace (
  key bigint primary key references access.key,
  tokens double precision not null,
  at timestamptz not null,
  wait integer not null
) with (fillfactor = 50);
comment on table access.key_pace is 'The bucket of each key: as many requests as per_minute at once, then as many a minute. Unlogged: after a crash of the server every bucket is full.';
comment on column access.key_pace.wait is 'Seconds until the next request may come; 0 where the last one was let in.';

create function access.pace(p_key bigint, p_per_minute integer, p_now timestamptz) returns integer
language sql security definer set search_path = pg_catalog, pg_temp as $$
  insert into access.key_pace as b values (p_key, p_per_minute - 1, p_now, 0)
  on conflict (key) do update set (tokens, at, wait) = (
    select case when f.tokens >= 1 then f.tokens - 1 else f.tokens end, greatest(b.at, p_now),
      case when f.tokens >= 1 then 0 else ceil((1 - f.tokens) * 60 / p_per_minute)::integer end
    from (select least(p_per_minute, b.tokens + greatest(0, extract(epoch from p_now - b.at)) * p_per_minute / 60)
      as tokens) f)
  returning b.wait
$$;

create function access.use_key(p_id bigint, p_digest bytea)
returns table (outcome text, wait integer, login text, name text, verbs text[], registers text[], low bigint, high bigint,
  everywhere boolean, clear boolean)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
  held access.key;
  who access.person;
  moment timestamptz := clock_timestamp();
  seconds integer := 0;
  said text := 'right';
begin
  select * into held from access.key k where k.id = p_id and k.digest = p_digest;
  if held.id is null then
    return query select 'wrong', 0, null::text, null::text, null::text[], null::text[], null::bigint, null::bigint, false, false;
    return;
  end if;
  select * into who from access.person p where p.id = held.person;
  if held.revoked_at is not null or who.state <> 'active' then
    said := 'revoked';
  elsif held.until <= moment then
    said := 'over';
  else
    seconds := access.pace(held.id, held.per_minute, moment);
    if seconds > 0 then
      said := 'wait';
    else
      update access.key k set used_at = moment
      where k.id = held.id and (k.used_at is null or k.used_at <= moment - interval '1 minute');
    end if;
  end if;
  return query
    select said, seconds, who.login, held.name, held.verbs, held.registers, t.low, t.high,
      held.area is null or coalesce(t.parent is null and (select count(*) from areas.tree o where o.parent is null) = 1
        and t.area is not null, false), held.clear
    from (select) one left join areas.tree t on t.area = held.area;
end $$;
comment on function access.use_key is 'Whether a key opens now, by the database''s own clock, and what it narrows its account to; one request is counted.';

create function access.keep_key(p_person bigint, p_actor text, p_name text, p_digest bytea, p_verbs text[],
  p_registers text[], p_area bigint, p_clear boolean, p_per_minute integer, p_days integer) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  made bigint;
begin
  perform from access.person p where p.id = p_person for update;
  if (select count(*) from access.key k where k.person = p_person and k.revoked_at is null and k.until > now()) >= 20 then
    raise exception 'too many keys' using errcode = 'TS013';
  end if;
  insert into access.key (digest, person, name, verbs, registers, area, clear, per_minute, made_by, until)
  values (p_digest, p_person, p_name, p_verbs, p_registers, p_area, p_clear, p_per_minute, p_actor,
    now() + p_days * interval '1 day') returning id into made;
  perform access.tell(p_actor, 'key.made', (select p.login from access.person p where p.id = p_person),
    jsonb_build_object('key', made, 'name', p_name, 'verbs', p_verbs, 'registers', p_registers, 'clear', p_clear,
      'area', (select t.code from areas.tree t where t.area = p_area), 'per_minute', p_per_minute, 'days', p_days));
  return made;
end $$;

create function access.end_key(p_person bigint, p_actor text, p_id bigint) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  called text;
begin
  update access.key k set revoked_by = p_actor, revoked_at = clock_timestamp()
  where k.id = p_id and k.revoked_at is null and (p_person is null or k.person = p_person) returning k.name into called;
  if called is null then
    return false;
  end if;
  perform access.tell(p_actor, 'key.revoked',
    (select p.login from access.person p join access.key k on k.person = p.id where k.id = p_id),
    jsonb_build_object('key', p_id, 'name', called));
  return true;
end $$;

create function access.keys_listed(p_person bigint)
returns table (id bigint, login text, name text, verbs text[], registers text[], area text, clear boolean,
  per_minute integer, made_by text, made_at timestamptz, until timestamptz, used_at timestamptz, revoked_at timestamptz)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select k.id, p.login, k.name, k.verbs, k.registers, case when k.area is null then null else coalesce(t.code, '–') end,
    k.clear, k.per_minute, k.made_by, k.made_at, k.until, k.used_at, k.revoked_at
  from access.key k join access.person p on p.id = k.person left join areas.tree t on t.area = k.area
  where p_person is null or k.person = p_person order by k.revoked_at is not null, k.id desc
$$;

-- What people do with their own keys, by their session; making one needs a password given lately.

create function access.add_key(p_token bytea, p_now timestamptz, p_name text, p_digest bytea, p_verbs text[],
  p_registers text[], p_area bigint, p_clear boolean, p_per_minute integer, p_days integer) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  held access.session := access.live_session(p_token, p_now);
begin
  if held.id is null or held.pending or held.proved_at < p_now - interval '10 minutes' then
    return null;
  end if;
  return access.keep_key(held.person, (select p.login from access.person p where p.id = held.person), p_name, p_digest,
    p_verbs, p_registers, p_area, p_clear, p_per_minute, p_days);
end $$;

create function access.revoke_key(p_token bytea, p_now timestamptz, p_id bigint) returns boolean
language sql security definer set search_path = pg_catalog, pg_temp as $$
  select coalesce((
    select access.end_key(s.person, p.login, p_id) from access.live_session(p_token, p_now) s
    join access.person p on p.id = s.person where not s.pending), false)
$$;

create function access.keys_of(p_token bytea, p_now timestamptz)
returns table (id bigint, login text, name text, verbs text[], registers text[], area text, clear boolean,
  per_minute integer, made_by text, made_at timestamptz, until timestamptz, used_at timestamptz, revoked_at timestamptz)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select k.* from access.live_session(p_token, p_now) s cross join lateral access.keys_listed(s.person) k
  where not s.pending
$$;

do $$
declare
  name text;
begin
  foreach name in array array['no_door_for_clients', 'pace', 'keep_key', 'end_key', 'keys_listed',
                              'use_key', 'add_key', 'revoke_key', 'keys_of'] loop
    execute format('revoke all on function access.%I from public', name);
  end loop;
  foreach name in array array['use_key', 'add_key', 'revoke_key', 'keys_of'] loop
    execute format('grant execute on function access.%I to tinhso_app', name);
  end loop;
end $$;
