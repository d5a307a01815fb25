-- Passkeys (WebAuthn), letters by mail, and what a page of people tells who administers. As in 0003 the application reads
-- none of these tables: it asks functions, each for one session, one credential or one letter.

alter table access.session drop constraint session_way_check,
  add constraint session_way_check check (way in ('password', 'oidc', 'passkey'));
alter table access.attempt drop constraint attempt_way_check,
  add constraint attempt_way_check check (way in ('password', 'code', 'recovery', 'oidc', 'proof', 'passkey'));
alter table access.link drop constraint link_kind_check,
  add constraint link_kind_check check (kind in ('invitation', 'reset', 'forgotten'));
create index on access.event (subject, id);

create table access.passkey (
  id bigint generated always as identity primary key,
  person bigint not null references access.person,
  credential bytea not null unique,
  public_key bytea not null,
  handle bytea not null,
  counter bigint not null,
  name text not null check (length(name) between 1 and 60),
  made_at timestamptz not null,
  used_at timestamptz
);
comment on column access.passkey.counter is 'How often the device says it signed; one that goes back was copied (WebAuthn level 2, 7.2 step 21). Many say 0 always.';
comment on column access.passkey.handle is 'What the device knows its owner by: chance, never the login.';
create index on access.passkey (person);
create trigger no_door_for_clients before insert or update on access.passkey
  for each row execute function access.no_door_for_clients();

create table access.challenge (
  challenge bytea primary key,
  purpose text not null check (purpose in ('add', 'code', 'enter')),
  session bigint references access.session,
  until timestamptz not null
);
comment on table access.challenge is 'Challenges under way, as SHA-256; each is taken once, within five minutes, by the session that asked.';
create index on access.challenge (until);

create table access.letter (
  id bigint generated always as identity primary key,
  kind text not null check (kind in ('invitation', 'reset', 'forgotten', 'changed')),
  person bigint references access.person,
  event bigint unique references access.event,
  made_by text not null,
  made_at timestamptz not null,
  sealed bytea,
  state text not null default 'waiting' check (state in ('waiting', 'sent', 'failed', 'dropped')),
  tries integer not null default 0,
  error text,
  done_at timestamptz
);
comment on table access.letter is 'Mail to people: what became of it. A forgotten password''s has no person until the job knows whether there is one.';
comment on column access.letter.sealed is 'The link''s secret, or the login that was typed, closed with the installation''s key; gone once the letter is done.';
create index on access.letter (person, id);
create index on access.letter (made_at) where person is null;

-- Challenges.

create function access.new_challenge(
  p_token bytea, p_purpose text, p_challenge bytea, p_address text, p_now timestamptz
) returns integer language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  held access.session := access.live_session(p_token, p_now);
  seconds integer;
begin
  if p_purpose = 'enter' then
    seconds := access.count_try(access.blurred('challenge', p_address), 60, 300, interval '10 minutes', p_now);
    if seconds > 0 then
      return seconds;
    end if;
  elsif held.id is null or held.pending <> (p_purpose = 'code')
     or (p_purpose = 'add' and held.proved_at < p_now - interval '10 minutes') then
    return -1;
  end if;
  delete from access.challenge c where c.until < p_now;
  insert into access.challenge values (
    p_challenge, p_purpose, case when p_purpose <> 'enter' then held.id end, p_now + interval '5 minutes');
  return 0;
end $$;
comment on function access.new_challenge is '0 where it was kept, the seconds to wait where an address asked too often, -1 where the session may not ask for this.';

create function access.take_challenge(p_challenge bytea, p_purpose text, p_session bigint, p_now timestamptz)
returns boolean language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  taken access.challenge;
begin
  delete from access.challenge c where c.challenge = p_challenge returning * into taken;
  return coalesce(taken.purpose = p_purpose and taken.session is not distinct from p_session and taken.until > p_now, false);
end $$;

create function access.burn_challenge(
  p_challenge bytea, p_token bytea, p_address text, p_agent text, p_now timestamptz
) returns void language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  held access.session := access.live_session(p_token, p_now);
begin
  delete from access.challenge c where c.challenge = p_challenge;
  if not found then
    return;  -- noise without a challenge of ours fills no ledger
  end if;
  perform access.ledger(p_now, held.person, coalesce((select p.login from access.person p where p.id = held.person), ''),
    p_address, p_agent, 'passkey', 'wrong');
end $$;
comment on function access.burn_challenge is 'An answer that was not believed: its challenge is over, and the try is in the ledger.';

-- Passkeys.

create function access.passkeys_of(p_token bytea, p_now timestamptz)
returns table (id bigint, name text, made_at timestamptz, used_at timestamptz, credential bytea, handle bytea)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select k.id, k.name, k.made_at, k.used_at, k.credential, k.handle
  from access.live_session(p_token, p_now) s join access.passkey k on k.person = s.person order by k.id
$$;

create function access.passkey_key(p_credential bytea) returns bytea
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select k.public_key from access.passkey k where k.credential = p_credential
$$;
comment on function access.passkey_key is 'The public half, with which an answer is checked; it opens nothing.';

create function access.has_factor(p_person bigint) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select exists (select from access.second_factor f where f.person = p_person and f.confirmed_at is not null)
    or exists (select from access.passkey k where k.person = p_person)
$$;

create function access.add_passkey(
  p_token bytea, p_challenge bytea, p_credential bytea, p_key bytea, p_handle bytea, p_counter bigint, p_name text,
  p_codes bytea[], p_seal bytea, p_new_token bytea, p_now timestamptz
) returns text language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  held access.session := access.live_session(p_token, p_now);
  who text := (select p.login from access.person p where p.id = held.person);
  first boolean := not access.has_factor(held.person);
begin
  if held.id is null or held.pending or held.proved_at < p_now - interval '10 minutes' then
    return 'stale';
  end if;
  if not access.take_challenge(p_challenge, 'add', held.id, p_now) or not access.vouched(
      'passkey add ' || encode(p_challenge, 'hex') || ' ' || encode(p_credential, 'hex') || ' ' || encode(p_key, 'hex'), p_seal) then
    return 'wrong';
  end if;
  perform from access.person p where p.id = held.person for update;
  if (select count(*) from access.passkey k where k.person = held.person) >= 10 then
    return 'many';
  end if;
  insert into access.passkey (person, credential, public_key, handle, counter, name, made_at)
  values (held.person, p_credential, p_key, p_handle, p_counter, p_name, p_now) on conflict do nothing;
  if not found then
    return 'wrong';
  end if;
  if first then
    delete from access.recovery_code c where c.person = held.person;
    insert into access.recovery_code (person, code) select held.person, each from unnest(p_codes) each;
  end if;
  perform access.end_all(held.person, held.id, p_now);
  update access.session s set token = p_new_token, second_factor = true where s.id = held.id;
  perform access.tell(who, 'passkey.added', who, jsonb_build_object('name', p_name));
  return case when first then 'first' else 'right' end;
end $$;
comment on function access.add_passkey is 'first: it is the only second factor, so recovery codes were kept with it.';

create function access.drop_passkey(p_token bytea, p_id bigint, p_now timestamptz) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  held access.session := access.live_session(p_token, p_now);
  who text := (select p.login from access.person p where p.id = held.person);
  called text;
begin
  if held.id is null or held.pending or held.proved_at < p_now - interval '10 minutes' then
    return false;
  end if;
  delete from access.passkey k where k.id = p_id and k.person = held.person returning k.name into called;
  if called is not null then
    if not access.has_factor(held.person) then
      delete from access.recovery_code c where c.person = held.person;
    end if;
    perform access.end_all(held.person, held.id, p_now);
    perform access.tell(who, 'passkey.dropped', who, jsonb_build_object('name', called));
  end if;
  return true;
end $$;

create function access.count_passkey(p_credential bytea, p_person bigint, p_counter bigint, p_now timestamptz)
returns boolean language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  who text := (select p.login from access.person p where p.id = p_person);
begin
  update access.passkey k set counter = p_counter, used_at = p_now
  where k.credential = p_credential and k.person = p_person and (p_counter > k.counter or p_counter = 0 and k.counter = 0);
  if found then
    return true;
  end if;
  if exists (select from access.passkey k where k.credential = p_credential and k.person = p_person) then
    perform access.tell(who, 'passkey.went_back', who, (
      select jsonb_build_object('name', k.name, 'known', k.counter, 'told', p_counter)
      from access.passkey k where k.credential = p_credential));
  end if;
  return false;
end $$;
comment on function access.count_passkey is 'Whether the passkey is this person''s and its counter goes on; one that goes back is noted.';

create function access.pass_passkey(
  p_token bytea, p_challenge bytea, p_credential bytea, p_counter bigint, p_seal bytea, p_new_token bytea,
  p_new_device bytea, p_now timestamptz, p_until timestamptz
) returns text language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  held access.session := access.live_session(p_token, p_now);
  passed boolean;
begin
  if held.id is null or not held.pending then
    return 'stale';
  end if;
  passed := access.take_challenge(p_challenge, 'code', held.id, p_now) and access.vouched(
    'passkey code ' || encode(p_challenge, 'hex') || ' ' || encode(p_credential, 'hex') || ' ' || p_counter, p_seal);
  passed := passed and access.count_passkey(p_credential, held.person, p_counter, p_now);
  perform access.ledger(p_now, held.person, (select p.login from access.person p where p.id = held.person), held.address,
    held.device, 'passkey', case when passed then 'right' else 'wrong' end);
  if passed then
    update access.session s set token = p_new_token, pending = false, second_factor = true, seen_at = p_now,
      until = p_until where s.id = held.id;
    perform access.add_device(held.person, p_new_device, p_now);
  end if;
  return case when passed then 'right' else 'wrong' end;
end $$;

create function access.enter_passkey(
  p_challenge bytea, p_credential bytea, p_handle bytea, p_counter bigint, p_seal bytea, p_address text, p_agent text,
  p_token bytea, p_new_device bytea, p_now timestamptz, p_until timestamptz
) returns text language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  who access.person;
  outcome text;
begin
  select p.* into who from access.passkey k join access.person p on p.id = k.person
  where k.credential = p_credential and k.handle = p_handle;
  outcome := case
    when not access.take_challenge(p_challenge, 'enter', null, p_now) or not access.vouched(
      'passkey enter ' || encode(p_challenge, 'hex') || ' ' || encode(p_credential, 'hex') || ' ' || p_counter, p_seal)
      or who.id is null then 'wrong'
    when who.state <> 'active' then 'disabled'
    when not access.count_passkey(p_credential, who.id, p_counter, p_now) then 'wrong' else 'right' end;
  perform access.ledger(p_now, who.id, coalesce(who.login, ''), p_address, p_agent, 'passkey', outcome);
  if outcome = 'right' then
    perform access.open_session(who.id, 'passkey', p_address, p_agent, p_token, p_new_device, p_now, p_until);
    update access.session s set second_factor = true where s.token = p_token;
  end if;
  return outcome;
end $$;
comment on function access.enter_passkey is 'The passkey alone: the device looked who its holder is, so it is what one has and knows or is at once.';

-- A passkey is a second factor beside the codes of an app; the functions of 0003 that ask whether there is one know it.

create or replace function access.open_session(
  p_person bigint, p_way text, p_address text, p_agent text, p_token bytea, p_new_device bytea, p_now timestamptz,
  p_until timestamptz
) returns table (session bigint, pending boolean)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
  waits boolean := p_way = 'password' and access.has_factor(p_person);
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

create or replace function access.ask_code(p_token bytea, p_now timestamptz)
returns table (wait integer, person bigint, sealed bytea)
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
  return query select seconds, held.person, f.sealed
    from (select) one left join access.second_factor f on f.person = held.person;
end $$;

drop function access.second_factor_of(bytea, timestamptz);
create function access.second_factor_of(p_token bytea, p_now timestamptz)
returns table (wait integer, person bigint, sealed bytea, confirmed boolean, left_codes integer, passkeys integer)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select access.seconds_left(access.blurred('code', s.person::text), p_now), s.person, f.sealed,
    f.confirmed_at is not null,
    (select count(*)::integer from access.recovery_code c where c.person = s.person and c.used_at is null),
    (select count(*)::integer from access.passkey k where k.person = s.person)
  from access.live_session(p_token, p_now) s left join access.second_factor f on f.person = s.person
  where s.id is not null
$$;

create or replace function access.renew_codes(p_token bytea, p_codes bytea[], p_now timestamptz) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  held access.session := access.live_session(p_token, p_now);
  who text := (select p.login from access.person p where p.id = held.person);
begin
  if held.id is null or held.pending or held.proved_at < p_now - interval '10 minutes'
     or not access.has_factor(held.person) then
    return false;
  end if;
  delete from access.recovery_code c where c.person = held.person;
  insert into access.recovery_code (person, code) select held.person, each from unnest(p_codes) each;
  perform access.tell(who, 'recovery_codes.renewed', who);
  return true;
end $$;

create or replace function access.drop_second_factor(p_token bytea, p_now timestamptz) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  held access.session := access.live_session(p_token, p_now);
  who text := (select p.login from access.person p where p.id = held.person);
begin
  if held.id is null or held.pending or held.proved_at < p_now - interval '10 minutes' then
    return false;
  end if;
  delete from access.second_factor f where f.person = held.person;
  if not access.has_factor(held.person) then
    delete from access.recovery_code c where c.person = held.person;
  end if;
  perform access.end_all(held.person, held.id, p_now);
  perform access.tell(who, 'second_factor.dropped', who);
  return true;
end $$;

-- Letters.

create function access.ask_forgotten(p_login text, p_address text, p_sealed bytea, p_now timestamptz)
returns table (wait integer, letter bigint)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  seconds integer := access.count_try(access.blurred('forgot from', p_address), 10, 900, interval '1 hour', p_now);
  made bigint;
begin
  delete from access.letter l where l.person is null and l.state = 'dropped' and l.made_at < p_now - interval '2 days';
  if seconds = 0 and access.count_try(access.blurred('forgot', p_login), 3, 3600, interval '1 day', p_now) = 0 then
    insert into access.letter (kind, made_by, made_at, sealed) values ('forgotten', 'sign-in', p_now, p_sealed)
    returning id into made;
  end if;
  return query select seconds, made;
end $$;
comment on function access.ask_forgotten is 'The same whether anybody has the login: who it is, the job finds out. More than three a day for one login come slower, in silence.';

create function access.notice_change(p_login text, p_action text, p_now timestamptz) returns bigint
language sql security definer set search_path = pg_catalog, pg_temp as $$
  insert into access.letter (kind, person, event, made_by, made_at)
  select 'changed', p.id, e.id, 'tinhso', p_now
  from access.person p
  join lateral (select max(e.id) as id from access.event e where e.subject = p.login and e.action = p_action
    and e.at > clock_timestamp() - interval '1 minute') e on e.id is not null
  where p.login = p_login and p.mail is not null
  on conflict do nothing returning id
$$;
comment on function access.notice_change is 'A letter about what the log says happened within the last minute, once each; null where there is nobody to write to.';

-- What who administers is told of accounts: never a proof, never a token.

create function access.accounts(p_now timestamptz, p_idle interval)
returns table (login text, name text, mail text, state text, client boolean, created_at timestamptz, codes boolean,
  passkeys integer, has_password boolean, outside boolean, open_sessions integer, seen_at timestamptz,
  link text, link_until timestamptz, grants integer)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select p.login, p.name, p.mail, p.state, p.client, p.created_at,
    exists (select from access.second_factor f where f.person = p.id and f.confirmed_at is not null),
    (select count(*)::integer from access.passkey k where k.person = p.id),
    exists (select from access.password w where w.person = p.id),
    exists (select from access.outside_identity o where o.person = p.id),
    (select count(*)::integer from access.session s where s.person = p.id and s.ended_at is null and s.until > p_now
       and s.seen_at > p_now - p_idle and not s.pending),
    (select max(s.seen_at) from access.session s where s.person = p.id),
    l.kind, l.until,
    (select count(*)::integer from access.grant g where g.person = p.id and g.revoked_at is null
       and (g.valid_to is null or g.valid_to > now()))
  from access.person p
  left join lateral (select l.kind, l.until from access.link l where l.person = p.id and l.used_at is null
    and l.until > p_now and l.kind <> 'forgotten' order by l.made_at desc limit 1) l on true
  where (select access.may('*', 'administer')) order by p.login
$$;

create function access.letters_to(p_login text)
returns table (id bigint, kind text, action text, made_by text, made_at timestamptz, state text, tries integer,
  error text, done_at timestamptz)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select l.id, l.kind, e.action, l.made_by, l.made_at, l.state, l.tries, l.error, l.done_at
  from access.letter l join access.person p on p.id = l.person left join access.event e on e.id = l.event
  where p.login = p_login and (select access.may('*', 'administer')) order by l.id desc limit 20
$$;

do $$
declare
  inner_ones text[] := array['take_challenge', 'has_factor', 'count_passkey'];
  doors text[] := array['new_challenge', 'burn_challenge', 'passkeys_of', 'passkey_key', 'add_passkey', 'drop_passkey',
    'pass_passkey', 'enter_passkey', 'second_factor_of', 'ask_forgotten', 'notice_change', 'accounts', 'letters_to'];
  name text;
begin
  foreach name in array inner_ones || doors loop
    execute format('revoke all on function access.%I from public', name);
  end loop;
  foreach name in array doors loop
    execute format('grant execute on function access.%I to tinhso_app', name);
  end loop;
end $$;
