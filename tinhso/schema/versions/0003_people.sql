-- People and sign-in. What proves somebody (verifiers of passwords, tokens, sealed secrets) stands in tables that the
-- application cannot read. It asks functions, each of which answers for one login, one session or one link, and no
-- function gives a verifier away or opens a session without a proof. docs/why/sign-in.md says what each wall is for.

create table access.wall (
  single boolean primary key default true check (single),
  key bytea not null
);
comment on table access.wall is 'The key with which this process vouches for what the database cannot see for itself, and with which logins are blurred.';
insert into access.wall (key) values (sha256(convert_to(
  gen_random_uuid()::text || gen_random_uuid()::text || gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8')));

create table access.password (
  person bigint primary key references access.person,
  salt bytea not null,
  memory integer not null,
  passes integer not null,
  lanes integer not null,
  verifier bytea not null,
  set_at timestamptz not null,
  must_change boolean not null default false
);
comment on column access.password.verifier is 'SHA-256 of the Argon2id output, so that comparing can happen here and nothing that could be replayed is read out.';
comment on column access.password.memory is 'KiB.';

create table access.link (
  token bytea primary key,
  person bigint not null references access.person,
  kind text not null check (kind in ('invitation', 'reset')),
  made_by text not null,
  made_at timestamptz not null,
  until timestamptz not null,
  used_at timestamptz
);
comment on table access.link is 'Invitations and resets: single use, only the SHA-256 of the token is kept.';
create index on access.link (person);

create table access.session (
  id bigint generated always as identity primary key,
  token bytea not null unique,
  person bigint not null references access.person,
  way text not null check (way in ('password', 'oidc')),
  began_at timestamptz not null,
  seen_at timestamptz not null,
  proved_at timestamptz not null,
  until timestamptz not null,
  pending boolean not null,
  second_factor boolean not null default false,
  tries integer not null default 0,
  address text not null,
  device text not null,
  ended_at timestamptz
);
comment on column access.session.pending is 'The password was right, the second factor is still to come; such a session opens nothing.';
comment on column access.session.token is 'SHA-256 of the cookie.';
create index on access.session (person) where ended_at is null;

create table access.device (
  token bytea primary key,
  person bigint not null references access.person,
  since timestamptz not null
);
comment on table access.device is 'Browsers in which somebody has signed in: their tries are counted apart, so that strangers cannot lock the owner out.';
create index on access.device (person);

create table access.second_factor (
  person bigint primary key references access.person,
  sealed bytea not null,
  offered_at timestamptz not null,
  confirmed_at timestamptz,
  last_step bigint not null default 0
);
comment on column access.second_factor.last_step is 'The newest 30-second step a code was taken for (RFC 6238); no code of it or before is taken again.';

create table access.recovery_code (
  person bigint not null references access.person,
  code bytea not null,
  used_at timestamptz,
  primary key (person, code)
);

create table access.outside_identity (
  issuer text not null,
  subject text not null,
  person bigint not null references access.person,
  linked_at timestamptz not null,
  primary key (issuer, subject)
);
comment on table access.outside_identity is 'Who somebody is at the provider of single sign-on (OpenID Connect iss and sub).';
create index on access.outside_identity (person);

create table access.outside_visit (
  state bytea primary key,
  browser bytea not null,
  sealed bytea not null,
  until timestamptz not null
);
comment on table access.outside_visit is 'Sign-ins on their way through the provider; taken once.';

create table access.ticket (
  ticket bytea primary key,
  login text not null,
  until timestamptz not null
);
comment on table access.ticket is 'A try that was counted and may be finished once.';

create table access.throttle (
  bucket bytea primary key,
  failures integer not null,
  last_at timestamptz not null,
  until timestamptz not null
);
comment on table access.throttle is 'How often something failed of late and how long it has to wait; what it is stands in the bucket, blurred.';
create index on access.throttle (last_at);

create table access.attempt (
  id bigint generated always as identity primary key,
  at timestamptz not null,
  person bigint,
  login bytea not null,
  address text not null,
  device text not null,
  way text not null check (way in ('password', 'code', 'recovery', 'oidc', 'proof')),
  outcome text not null
);
comment on table access.attempt is 'Every try to sign in that was looked at; appended only. Tries held back are told once a minute.';
comment on column access.attempt.login is 'What was typed, blurred: people type passwords there by mistake.';
create index on access.attempt (person, address) where outcome = 'right';
create index on access.attempt (login, at);

create function access.keep_ledger() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  raise exception 'access.attempt is appended to only';
end $$;
create trigger keep before update or delete or truncate on access.attempt
  for each statement execute function access.keep_ledger();

-- Inner functions: not for the application.

create function access.blurred(p_kind text, p_word text) returns bytea
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select sha256(w.key || convert_to(p_kind || chr(10) || p_word, 'UTF8')) from access.wall w
$$;

create function access.vouched(p_message text, p_seal bytea) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select p_seal = sha256(w.key || sha256(w.key || convert_to(p_message, 'UTF8'))) from access.wall w
$$;

create function access.tell(p_actor text, p_action text, p_subject text, p_facts jsonb default '{}') returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
  insert into access.event (actor, action, subject, facts) values (p_actor, p_action, p_subject, p_facts)
$$;

create function access.seconds_left(p_bucket bytea, p_now timestamptz) returns integer
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select coalesce((select ceil(extract(epoch from t.until - p_now))::integer
                   from access.throttle t where t.bucket = p_bucket and t.until > p_now), 0)
$$;

create function access.count_try(p_bucket bytea, p_free integer, p_most integer, p_quiet interval, p_now timestamptz)
returns integer language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  found_row access.throttle;
  number integer;
begin
  insert into access.throttle values (p_bucket, 0, p_now, p_now) on conflict do nothing;
  select * into found_row from access.throttle t where t.bucket = p_bucket for update;
  if found_row.until > p_now then
    return ceil(extract(epoch from found_row.until - p_now))::integer;
  end if;
  number := case when found_row.last_at < p_now - p_quiet then 1 else found_row.failures + 1 end;
  update access.throttle t set failures = number, last_at = p_now,
    until = p_now + case when number < p_free then interval '0'
                         else least(p_most, 2 ^ least(number - p_free, 20)) * interval '1 second' end
  where t.bucket = p_bucket;
  return 0;
end $$;
comment on function access.count_try is 'Counts a try before it is known how it ends; from the p_free-th on the next has to wait 1, 2, 4 ... at most p_most seconds. Gives the seconds still to wait, 0 where it was counted.';

create function access.add_device(p_person bigint, p_device bytea, p_now timestamptz) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  insert into access.device values (p_device, p_person, p_now) on conflict do nothing;
  delete from access.device d where d.person = p_person and d.token in (
    select o.token from access.device o where o.person = p_person order by o.since desc, o.token offset 10);
end $$;

create function access.live_session(p_token bytea, p_now timestamptz) returns access.session
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select s from access.session s join access.person p on p.id = s.person
  where s.token = p_token and s.ended_at is null and s.until > p_now and p.state = 'active'
$$;

create function access.end_all(p_person bigint, p_except bigint, p_now timestamptz) returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  ended integer;
begin
  update access.session s set ended_at = p_now
  where s.person = p_person and s.ended_at is null and s.id is distinct from p_except;
  get diagnostics ended = row_count;
  return ended;
end $$;

create function access.ledger(
  p_now timestamptz, p_person bigint, p_login text, p_address text, p_device text, p_way text, p_outcome text
) returns void language sql security definer set search_path = pg_catalog, pg_temp as $$
  insert into access.attempt (at, person, login, address, device, way, outcome)
  values (p_now, p_person, access.blurred('login', p_login), p_address, p_device, p_way, p_outcome)
$$;

-- Passwords: begin counts and throttles and gives the salt, finish compares.

create function access.begin_try(
  p_login text, p_address text, p_device bytea, p_agent text, p_ticket bytea, p_now timestamptz
) returns table (wait integer, salt bytea, memory integer, passes integer, lanes integer)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
  who bigint := (select p.id from access.person p where p.login = p_login);
  own boolean := exists (select from access.device d where d.token = p_device and d.person = who);
  own_address boolean := exists (
    select from access.attempt a where a.person = who and a.address = p_address and a.outcome = 'right'
      and a.at > p_now - interval '30 days');
  pair bytea := access.blurred('pair', p_login || chr(10) || p_address);
  account bytea := access.blurred('account', p_login);
  address bytea := access.blurred('address', p_address);
  device bytea := access.blurred('device', encode(coalesce(p_device, ''), 'hex'));
  told bytea := access.blurred('told', p_login || chr(10) || p_address);
  seconds integer;
begin
  if own then
    seconds := access.count_try(device, 5, 900, interval '1 day', p_now);
  else
    seconds := greatest(access.seconds_left(pair, p_now), access.seconds_left(address, p_now),
                        case when own_address then 0 else access.seconds_left(account, p_now) end);
    if seconds = 0 then
      seconds := access.count_try(address, 30, 300, interval '1 hour', p_now);
    end if;
    if seconds = 0 then
      seconds := access.count_try(pair, 5, 900, interval '1 day', p_now);
    end if;
    if seconds = 0 and not own_address then
      seconds := access.count_try(account, 10, 900, interval '1 day', p_now);
    end if;
  end if;
  if seconds > 0 then
    if access.seconds_left(told, p_now) = 0 and access.count_try(told, 1, 60, interval '1 second', p_now) = 0 then
      perform access.ledger(p_now, who, p_login, p_address, p_agent, 'password', 'held back');
    end if;
    return query select seconds, null::bytea, null::integer, null::integer, null::integer;
    return;
  end if;
  if get_byte(p_ticket, 0) < 4 then  -- now and then: what has long been quiet is cleared away
    delete from access.throttle t where t.bucket in (
      select o.bucket from access.throttle o where o.last_at < p_now - interval '2 days' order by o.last_at limit 200);
    delete from access.ticket t where t.until < p_now;
    delete from access.outside_visit v where v.until < p_now;
  end if;
  insert into access.ticket values (p_ticket, p_login, p_now + interval '2 minutes');
  return query
    select 0, coalesce(w.salt, substr(access.blurred('salt', p_login), 1, 16)), w.memory, w.passes, w.lanes
    from (select) one left join access.password w on w.person = who;
end $$;
comment on function access.begin_try is 'wait > 0: held back, nothing is to be hashed. A login that nobody has gets a salt like any other.';

create function access.forgive(p_login text, p_address text, p_device bytea) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
  update access.throttle t set failures = 0, until = t.last_at
  where t.bucket in (access.blurred('pair', p_login || chr(10) || p_address), access.blurred('account', p_login),
                     access.blurred('device', encode(coalesce(p_device, ''), 'hex')));
  update access.throttle t set failures = greatest(0, t.failures - 1),
    until = case when t.failures <= 30 then t.last_at else t.until end
  where t.bucket = access.blurred('address', p_address);
$$;

create function access.withdraw(p_ticket bytea, p_login text, p_address text, p_device bytea) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  delete from access.ticket t where t.ticket = p_ticket and t.login = p_login;
  if found then
    update access.throttle t set failures = greatest(0, t.failures - 1), until = t.last_at
    where t.bucket in (access.blurred('pair', p_login || chr(10) || p_address), access.blurred('account', p_login),
                       access.blurred('device', encode(coalesce(p_device, ''), 'hex')),
                       access.blurred('address', p_address));
  end if;
end $$;
comment on function access.withdraw is 'A try that was counted but never looked at, since there was no place for hashing.';

create function access.proved(
  p_ticket bytea, p_login text, p_proof bytea, p_address text, p_device bytea, p_agent text, p_way text,
  p_now timestamptz
) returns text language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  who access.person;
  verifier bytea;
  outcome text;
begin
  delete from access.ticket t where t.ticket = p_ticket and t.login = p_login and t.until > p_now;
  if not found then
    return 'stale';
  end if;
  select p.* into who from access.person p where p.login = p_login;
  select w.verifier into verifier from access.password w where w.person = who.id;
  outcome := case when verifier is null or verifier <> p_proof then 'wrong'
                  when who.state <> 'active' then 'disabled' else 'right' end;
  perform access.ledger(p_now, who.id, p_login, p_address, p_agent, p_way, outcome);
  if outcome = 'right' then
    perform access.forgive(p_login, p_address, p_device);
  elsif (select t.failures from access.throttle t
         where t.bucket = access.blurred('device', encode(coalesce(p_device, ''), 'hex'))) >= 10 then
    delete from access.device d where d.token = p_device;  -- whoever holds it is no longer believed to be its owner
  end if;
  return outcome;
end $$;

create function access.finish_sign_in(
  p_ticket bytea, p_login text, p_proof bytea, p_address text, p_device bytea, p_agent text, p_token bytea,
  p_new_device bytea, p_now timestamptz, p_until timestamptz
) returns table (outcome text, session bigint, pending boolean)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
  outcome text := access.proved(p_ticket, p_login, p_proof, p_address, p_device, p_agent, 'password', p_now);
begin
  if outcome <> 'right' then
    return query select outcome, null::bigint, false;
    return;
  end if;
  return query select 'right', o.session, o.pending from access.open_session(
    (select p.id from access.person p where p.login = p_login), 'password', p_address, p_agent, p_token, p_new_device,
    p_now, p_until) o;
end $$;

create function access.open_session(
  p_person bigint, p_way text, p_address text, p_agent text, p_token bytea, p_new_device bytea, p_now timestamptz,
  p_until timestamptz
) returns table (session bigint, pending boolean)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
  waits boolean := p_way = 'password' and exists (
    select from access.second_factor f where f.person = p_person and f.confirmed_at is not null);
begin
  if not waits then
    perform access.add_device(p_person, p_new_device, p_now);
  end if;
  return query
    insert into access.session (token, person, way, began_at, seen_at, proved_at, until, pending, address, device)
    values (p_token, p_person, p_way, p_now, p_now, p_now,
            case when waits then p_now + interval '10 minutes' else p_until end, waits, p_address, p_agent)
    returning id, waits;
end $$;

create function access.prove_again(
  p_ticket bytea, p_proof bytea, p_address text, p_device bytea, p_agent text, p_token bytea, p_now timestamptz
) returns text language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  held access.session := access.live_session(p_token, p_now);
  outcome text;
begin
  if held.id is null or held.pending then
    return 'stale';
  end if;
  outcome := access.proved(p_ticket, (select p.login from access.person p where p.id = held.person), p_proof,
                           p_address, p_device, p_agent, 'proof', p_now);
  if outcome = 'right' then
    update access.session s set proved_at = p_now where s.id = held.id;
  end if;
  return outcome;
end $$;

create function access.set_password(
  p_token bytea, p_salt bytea, p_memory integer, p_passes integer, p_lanes integer, p_verifier bytea,
  p_new_token bytea, p_now timestamptz
) returns boolean language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  held access.session := access.live_session(p_token, p_now);
  who text := (select p.login from access.person p where p.id = held.person);
begin
  if held.id is null or held.pending or held.proved_at < p_now - interval '10 minutes' then
    return false;
  end if;
  perform access.keep_password(held.person, p_salt, p_memory, p_passes, p_lanes, p_verifier, false, p_now);
  perform access.end_all(held.person, held.id, p_now);
  update access.session s set token = p_new_token, proved_at = p_now where s.id = held.id;
  perform access.tell(who, 'password.changed', who);
  return true;
end $$;

create function access.keep_password(
  p_person bigint, p_salt bytea, p_memory integer, p_passes integer, p_lanes integer, p_verifier bytea,
  p_must_change boolean, p_now timestamptz
) returns void language sql security definer set search_path = pg_catalog, pg_temp as $$
  insert into access.password as w (person, salt, memory, passes, lanes, verifier, set_at, must_change)
  values (p_person, p_salt, p_memory, p_passes, p_lanes, p_verifier, p_now, p_must_change)
  on conflict (person) do update set salt = excluded.salt, memory = excluded.memory, passes = excluded.passes,
    lanes = excluded.lanes, verifier = excluded.verifier, set_at = excluded.set_at, must_change = excluded.must_change
$$;

create function access.rehash(
  p_token bytea, p_salt bytea, p_memory integer, p_passes integer, p_lanes integer, p_verifier bytea, p_now timestamptz
) returns void language sql security definer set search_path = pg_catalog, pg_temp as $$
  update access.password w set salt = p_salt, memory = p_memory, passes = p_passes, lanes = p_lanes,
    verifier = p_verifier
  where w.person = (select s.person from access.live_session(p_token, p_now) s
                    where s.way = 'password' and s.proved_at = p_now)
    and (w.memory, w.passes, w.lanes) <> (p_memory, p_passes, p_lanes)
$$;
comment on function access.rehash is 'The same password kept with other costs: only in the moment in which the session proved it.';

-- Sessions.

create function access.session_of(p_token bytea, p_now timestamptz, p_idle interval)
returns table (id bigint, person bigint, login text, name text, mail text, began_at timestamptz, proved_at timestamptz,
  second_factor boolean, pending boolean, must_change boolean, has_password boolean)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
  seen timestamptz;
begin
  select s.seen_at into seen from access.session s where s.token = p_token;
  if seen < p_now - interval '1 minute' and seen > p_now - p_idle then
    update access.session s set seen_at = p_now where s.token = p_token and s.ended_at is null;
  end if;
  return query
    select s.id, p.id, p.login, p.name, p.mail, s.began_at, s.proved_at, s.second_factor, s.pending,
      coalesce(w.must_change and s.way = 'password', false), w.person is not null
    from access.session s join access.person p on p.id = s.person left join access.password w on w.person = p.id
    where s.token = p_token and s.ended_at is null and s.until > p_now and s.seen_at > p_now - p_idle
      and p.state = 'active';
end $$;

create function access.sessions_of(p_token bytea, p_now timestamptz, p_idle interval)
returns table (id bigint, began_at timestamptz, seen_at timestamptz, address text, device text, way text,
  second_factor boolean, own boolean)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select s.id, s.began_at, s.seen_at, s.address, s.device, s.way, s.second_factor, s.id = h.id
  from access.live_session(p_token, p_now) h join access.session s on s.person = h.person
  where not h.pending and s.ended_at is null and s.until > p_now and s.seen_at > p_now - p_idle and not s.pending
  order by s.seen_at desc, s.id desc
$$;

create function access.end_session(p_token bytea, p_id bigint, p_now timestamptz) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  held access.session := access.live_session(p_token, p_now);
begin
  update access.session s set ended_at = p_now
  where s.id = coalesce(p_id, held.id) and s.person = held.person and s.ended_at is null
    and (not held.pending or s.id = held.id);
  return found;
end $$;
comment on function access.end_session is 'One of the holder''s own sessions, the one asking where p_id is null.';

create function access.end_others(p_token bytea, p_now timestamptz) returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  held access.session := access.live_session(p_token, p_now);
  who text := (select p.login from access.person p where p.id = held.person);
  ended integer;
begin
  if held.id is null or held.pending then
    return 0;
  end if;
  ended := access.end_all(held.person, held.id, p_now);
  perform access.tell(who, 'sessions.ended', who, jsonb_build_object('count', ended));
  return ended;
end $$;

-- Second factor.

create function access.second_factor_of(p_token bytea, p_now timestamptz)
returns table (wait integer, person bigint, sealed bytea, confirmed boolean, left_codes integer)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select access.seconds_left(access.blurred('code', s.person::text), p_now), s.person, f.sealed,
    f.confirmed_at is not null,
    (select count(*)::integer from access.recovery_code c where c.person = s.person and c.used_at is null)
  from access.live_session(p_token, p_now) s left join access.second_factor f on f.person = s.person
  where s.id is not null
$$;

create function access.ask_code(p_token bytea, p_now timestamptz) returns table (wait integer, person bigint, sealed bytea)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
  held access.session := access.live_session(p_token, p_now);
  seconds integer;
begin
  if held.id is null then
    return;
  end if;
  seconds := access.count_try(access.blurred('code', held.person::text), 5, 900, interval '1 day', p_now);
  if seconds = 0 then
    update access.session s set tries = tries + 1 where s.id = held.id;
    if held.pending and held.tries >= 5 then
      update access.session s set ended_at = p_now where s.id = held.id;
      return;
    end if;
  end if;
  return query select seconds, held.person, f.sealed from access.second_factor f where f.person = held.person;
end $$;
comment on function access.ask_code is 'Counts a code before it is looked at. A sixth code in one sign-in ends it: the password comes first again.';

create function access.pass_code(
  p_token bytea, p_step bigint, p_recovery bytea, p_seal bytea, p_new_token bytea, p_new_device bytea,
  p_now timestamptz, p_until timestamptz
) returns boolean language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  held access.session := access.live_session(p_token, p_now);
  who text := (select p.login from access.person p where p.id = held.person);
  passed boolean;
begin
  if held.id is null or not held.pending then
    return false;
  end if;
  if p_recovery is null then
    if not access.vouched('code ' || encode(p_token, 'hex') || ' ' || p_step, p_seal) then
      return false;
    end if;
    update access.second_factor f set last_step = p_step
    where f.person = held.person and f.confirmed_at is not null and f.last_step < p_step;
    passed := found;
  else
    update access.recovery_code c set used_at = p_now
    where c.person = held.person and c.code = p_recovery and c.used_at is null;
    passed := found;
    if passed then
      perform access.tell(who, 'recovery_code.used', who);
    end if;
  end if;
  perform access.ledger(p_now, held.person, who, held.address, held.device,
    case when p_recovery is null then 'code' else 'recovery' end, case when passed then 'right' else 'wrong' end);
  if passed then
    update access.throttle t set failures = 0, until = t.last_at where t.bucket = access.blurred('code', held.person::text);
    update access.session s set token = p_new_token, pending = false, second_factor = true, seen_at = p_now,
      until = p_until where s.id = held.id;
    perform access.add_device(held.person, p_new_device, p_now);
  end if;
  return passed;
end $$;

create function access.wrong_code(p_token bytea, p_now timestamptz) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
  select access.ledger(p_now, s.person, (select p.login from access.person p where p.id = s.person), s.address,
    s.device, 'code', 'wrong') from access.live_session(p_token, p_now) s where s.id is not null
$$;

create function access.offer_second_factor(p_token bytea, p_sealed bytea, p_now timestamptz) returns bytea
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  held access.session := access.live_session(p_token, p_now);
begin
  if held.id is null or held.pending then
    return null;
  end if;
  insert into access.second_factor as f (person, sealed, offered_at) values (held.person, p_sealed, p_now)
  on conflict (person) do update set sealed = excluded.sealed, offered_at = excluded.offered_at
    where f.confirmed_at is null and f.offered_at < p_now - interval '1 hour';
  return (select f.sealed from access.second_factor f where f.person = held.person and f.confirmed_at is null);
end $$;
comment on function access.offer_second_factor is 'The secret being set up: the one offered within the last hour, else the given one; null once one is confirmed.';

create function access.confirm_second_factor(
  p_token bytea, p_step bigint, p_seal bytea, p_codes bytea[], p_new_token bytea, p_now timestamptz
) returns boolean language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  held access.session := access.live_session(p_token, p_now);
  who text := (select p.login from access.person p where p.id = held.person);
begin
  if held.id is null or held.pending or held.proved_at < p_now - interval '10 minutes'
     or not access.vouched('code ' || encode(p_token, 'hex') || ' ' || p_step, p_seal) then
    return false;
  end if;
  update access.second_factor f set confirmed_at = p_now, last_step = p_step
  where f.person = held.person and f.confirmed_at is null;
  if not found then
    return false;
  end if;
  update access.throttle t set failures = 0, until = t.last_at where t.bucket = access.blurred('code', held.person::text);
  delete from access.recovery_code c where c.person = held.person;
  insert into access.recovery_code (person, code) select held.person, each from unnest(p_codes) each;
  perform access.end_all(held.person, held.id, p_now);
  update access.session s set token = p_new_token, second_factor = true where s.id = held.id;
  perform access.tell(who, 'second_factor.set', who);
  return true;
end $$;

create function access.renew_codes(p_token bytea, p_codes bytea[], p_now timestamptz) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  held access.session := access.live_session(p_token, p_now);
  who text := (select p.login from access.person p where p.id = held.person);
begin
  if held.id is null or held.pending or held.proved_at < p_now - interval '10 minutes' or not exists (
      select from access.second_factor f where f.person = held.person and f.confirmed_at is not null) then
    return false;
  end if;
  delete from access.recovery_code c where c.person = held.person;
  insert into access.recovery_code (person, code) select held.person, each from unnest(p_codes) each;
  perform access.tell(who, 'recovery_codes.renewed', who);
  return true;
end $$;

create function access.drop_second_factor(p_token bytea, p_now timestamptz) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  held access.session := access.live_session(p_token, p_now);
  who text := (select p.login from access.person p where p.id = held.person);
begin
  if held.id is null or held.pending or held.proved_at < p_now - interval '10 minutes' then
    return false;
  end if;
  delete from access.second_factor f where f.person = held.person;
  delete from access.recovery_code c where c.person = held.person;
  perform access.end_all(held.person, held.id, p_now);
  perform access.tell(who, 'second_factor.dropped', who);
  return true;
end $$;

-- Links.

create function access.link_of(p_token bytea, p_now timestamptz) returns table (login text, name text, kind text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select p.login, p.name, l.kind from access.link l join access.person p on p.id = l.person
  where l.token = p_token and l.used_at is null and l.until > p_now and p.state <> 'disabled'
$$;

create function access.use_link(
  p_token bytea, p_salt bytea, p_memory integer, p_passes integer, p_lanes integer, p_verifier bytea,
  p_new_device bytea, p_now timestamptz
) returns boolean language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  used access.link;
  who text;
begin
  update access.link l set used_at = p_now where l.token = p_token and l.used_at is null and l.until > p_now
    and exists (select from access.person p where p.id = l.person and p.state <> 'disabled')
  returning * into used;
  if not found then
    return false;
  end if;
  update access.link l set used_at = p_now where l.person = used.person and l.used_at is null;
  update access.person p set state = 'active' where p.id = used.person returning p.login into who;
  perform access.keep_password(used.person, p_salt, p_memory, p_passes, p_lanes, p_verifier, false, p_now);
  perform access.end_all(used.person, null, p_now);
  delete from access.device d where d.person = used.person;
  perform access.add_device(used.person, p_new_device, p_now);
  perform access.tell(who, used.kind || '.used', who);
  return true;
end $$;

-- Single sign-on: what the provider said is vouched for by this process, which checked the signature.

create function access.depart(
  p_state bytea, p_browser bytea, p_sealed bytea, p_now timestamptz, p_until timestamptz
) returns void language sql security definer set search_path = pg_catalog, pg_temp as $$
  delete from access.outside_visit v where v.until < p_now;
  insert into access.outside_visit values (p_state, p_browser, p_sealed, p_until)
$$;

create function access.arrive(p_state bytea, p_browser bytea, p_now timestamptz) returns bytea
language sql security definer set search_path = pg_catalog, pg_temp as $$
  delete from access.outside_visit v where v.state = p_state and v.browser = p_browser and v.until > p_now
  returning v.sealed
$$;

create function access.sign_in_outside(
  p_issuer text, p_subject text, p_mail text, p_seal bytea, p_strong boolean, p_address text, p_agent text,
  p_token bytea, p_new_device bytea, p_now timestamptz, p_until timestamptz
) returns table (outcome text, session bigint)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
  who bigint;
  found_state text;
begin
  if not access.vouched('oidc ' || encode(p_token, 'hex') || chr(10) || p_issuer || chr(10) || p_subject || chr(10) || coalesce(p_mail, ''), p_seal) then
    return query select 'wrong', null::bigint;
    return;
  end if;
  select o.person into who from access.outside_identity o where o.issuer = p_issuer and o.subject = p_subject;
  if who is null and p_mail is not null then
    select min(p.id) into who from access.person p where lower(p.mail) = lower(p_mail) and p.state = 'invited'
    having count(*) = 1;
    if who is not null then
      insert into access.outside_identity values (p_issuer, p_subject, who, p_now);
      update access.person p set state = 'active' where p.id = who;
      update access.link l set used_at = p_now where l.person = who and l.used_at is null;
      perform access.tell((select p.login from access.person p where p.id = who), 'identity.linked',
        (select p.login from access.person p where p.id = who),
        jsonb_build_object('issuer', p_issuer, 'by', 'verified mail of an invitation'));
    end if;
  end if;
  select p.state into found_state from access.person p where p.id = who;
  perform access.ledger(p_now, who, p_issuer || chr(10) || p_subject, p_address, p_agent, 'oidc',
    case when who is null then 'unknown' when found_state = 'active' then 'right' else 'disabled' end);
  if who is null or found_state <> 'active' then
    return query select case when who is null then 'unknown' else 'disabled' end, null::bigint;
    return;
  end if;
  return query select 'right', o.session from access.open_session(
    who, 'oidc', p_address, p_agent, p_token, p_new_device, p_now, p_until) o;
  update access.session s set second_factor = p_strong where s.token = p_token;
end $$;

create function access.link_identity(p_token bytea, p_issuer text, p_subject text, p_seal bytea, p_now timestamptz)
returns text language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  held access.session := access.live_session(p_token, p_now);
  who text := (select p.login from access.person p where p.id = held.person);
begin
  if held.id is null or held.pending or held.proved_at < p_now - interval '20 minutes'
     or not access.vouched('link ' || encode(p_token, 'hex') || chr(10) || p_issuer || chr(10) || p_subject, p_seal) then
    return 'stale';
  end if;
  insert into access.outside_identity values (p_issuer, p_subject, held.person, p_now) on conflict do nothing;
  if not exists (select from access.outside_identity o where o.issuer = p_issuer and o.subject = p_subject
                 and o.person = held.person) then
    return 'another';
  end if;
  perform access.tell(who, 'identity.linked', who, jsonb_build_object('issuer', p_issuer, 'by', who));
  return 'right';
end $$;

create function access.identities_of(p_token bytea, p_now timestamptz)
returns table (issuer text, subject text, linked_at timestamptz)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select o.issuer, o.subject, o.linked_at from access.live_session(p_token, p_now) s
  join access.outside_identity o on o.person = s.person where not s.pending order by o.linked_at
$$;

create function access.unlink_identity(p_token bytea, p_issuer text, p_now timestamptz) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  held access.session := access.live_session(p_token, p_now);
  who text := (select p.login from access.person p where p.id = held.person);
begin
  if held.id is null or held.pending or not exists (select from access.password w where w.person = held.person) then
    return false;  -- without a password nobody could come in again
  end if;
  delete from access.outside_identity o where o.person = held.person and o.issuer = p_issuer;
  if not found then
    return false;
  end if;
  perform access.tell(who, 'identity.unlinked', who, jsonb_build_object('issuer', p_issuer));
  return true;
end $$;

-- Nobody may call what is not meant for them.

do $$
declare
  inner_ones text[] := array['keep_ledger', 'blurred', 'vouched', 'tell', 'seconds_left', 'count_try', 'add_device',
    'live_session', 'end_all', 'ledger', 'forgive', 'proved', 'open_session', 'keep_password'];
  doors text[] := array['begin_try', 'withdraw', 'finish_sign_in', 'prove_again', 'set_password', 'rehash', 'session_of',
    'sessions_of', 'end_session', 'end_others', 'second_factor_of', 'ask_code', 'pass_code', 'wrong_code',
    'offer_second_factor', 'confirm_second_factor', 'renew_codes', 'drop_second_factor', 'link_of', 'use_link',
    'depart', 'arrive', 'sign_in_outside', 'link_identity', 'identities_of', 'unlink_identity'];
  name text;
begin
  foreach name in array inner_ones || doors loop
    execute format('revoke all on function access.%I from public', name);
  end loop;
  foreach name in array doors loop
    execute format('grant execute on function access.%I to tinhso_app', name);
  end loop;
end $$;
