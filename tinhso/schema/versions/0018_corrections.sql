-- Requests for corrections: anyone with sight of a record asks, a citizen without an account too; a case, handled like others.

alter table privacy.case
  add column register text references registers.register,
  add column record bigint,
  add column asker text;
comment on column privacy.case.register is 'The register that a request to correct is about, where whoever asked knew it: who approves there handles it too.';
comment on column privacy.case.record is 'The very record, where it was asked from its page.';
comment on column privacy.case.asker is 'The officer who asked; null for a person who asks about own data.';
create index on privacy.case (register, record);
create index on privacy.case (asker);

create table privacy.case_code (
  "case" bigint primary key references privacy.case,
  code bytea not null
);
comment on table privacy.case_code is 'What alone opens the state of a request that came without an account: HMAC under the installation''s secret key.';

create table privacy.evidence (
  id bigint generated always as identity primary key,
  "case" bigint not null references privacy.case,
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  name text not null,
  media_type text not null check (media_type in ('image/jpeg', 'image/png', 'application/pdf')),
  size bigint not null,
  at timestamptz not null default clock_timestamp(),
  erased_at timestamptz
);
comment on table privacy.evidence is 'Files that were sent with a request; their bytes lie in the store of files. Erased with the subject.';
create index on privacy.evidence ("case");
create index on privacy.evidence (sha256);

create table privacy.forwarded (
  proposal bigint primary key references registers.proposal,
  "case" bigint not null references privacy.case,
  at timestamptz not null default clock_timestamp()
);
comment on table privacy.forwarded is 'Corrections that wait for a second person: what becomes of the proposal is noted in the case.';
create trigger only_append before update or delete on privacy.forwarded for each row execute function privacy.only_append();

-- Who sees a case: whoever holds the verb for "privacy" there; of a request to correct also who approves in its register
-- there; and the officer who asked reads on.

create or replace function privacy.holds(p_case bigint, p_verb text) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select exists (select from privacy.case c where c.id = p_case and (
    access.inside(c.place, access.bounds('privacy', p_verb))
    or c.kind = 'correct' and c.register is not null and access.inside(c.place, access.bounds(c.register, 'approve'))
    or p_verb = 'read' and c.asker = access.actor()))
$$;
drop policy within_scope on privacy.case;
create policy within_scope on privacy.case for select to tinhso_app using (
  access.inside(place, (select access.bounds('privacy')))
  or kind = 'correct' and register is not null and access.inside(place, access.bounds(register, 'approve'))
  or asker = (select access.actor()));
create policy of_the_office on privacy.restriction as restrictive for insert to tinhso_app
  with check (access.may('privacy', 'propose'));

do $$ declare v_table text; begin
  foreach v_table in array array['case_code', 'evidence', 'forwarded'] loop
    execute format('alter table privacy.%I enable row level security', v_table);
  end loop;
end $$;
create policy within_scope on privacy.evidence for select to tinhso_app using (privacy.holds("case", 'read'));
create policy within_scope on privacy.forwarded for select to tinhso_app using (privacy.holds("case", 'read'));
create policy within_scope_added on privacy.forwarded for insert to tinhso_app with check (
  privacy.holds("case", 'propose') and exists (select from registers.proposals(proposal) p where p.own));
grant select on privacy.evidence to tinhso_app;
grant select, insert on privacy.forwarded to tinhso_app;

create function privacy.near(p_case bigint) returns table (login text, name text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select distinct p.login, p.name from privacy.case c join areas.tree t on c.place between t.low and t.high
    join access.grant g on g.area = t.area join access.person p on p.id = g.person
  where c.id = p_case and privacy.holds(p_case, 'propose') and p.state = 'active' and not p.client
    and g.revoked_at is null and g.valid_from <= now() and (g.valid_to is null or g.valid_to > now())
  order by p.login limit 200
$$;
comment on function privacy.near is 'People who hold any grant where a case belongs, to whoever handles it: among them may be who can take it over.';

-- A request comes in. The case, who asks, the values and the evidence are written here alone.

create function privacy.take_down(p jsonb, p_area bigint, p_place bigint, p_person bytea, p_actor text) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_case bigint;
begin
  insert into privacy.case (kind, area, place, person, law, received_at, channel, register, record, asker)
  values ('correct', p_area, p_place, p_person, p ->> 'law', (p ->> 'at')::timestamptz, p ->> 'channel', p ->> 'register',
    (p ->> 'record')::bigint, p ->> 'asker') returning id into v_case;
  insert into privacy.subject ("case", citizen_id, name, contact, request)
  values (v_case, p ->> 'citizen_id', p ->> 'name', p ->> 'contact', p ->> 'request');
  insert into privacy.step ("case", action, at, actor, facts)
  values (v_case, 'received', (p ->> 'at')::timestamptz, p_actor, jsonb_build_object('channel', p ->> 'channel'));
  if p -> 'values' <> '{}' then
    insert into privacy.correction ("case", register, record, field, value)
    select v_case, p ->> 'register', (p ->> 'record')::bigint, v.key, v.value from jsonb_each_text(p -> 'values') v;
    insert into privacy.step ("case", action, at, actor, facts) values (v_case, 'proposed', (p ->> 'at')::timestamptz, p_actor,
      jsonb_build_object('register', p ->> 'register', 'record', (p ->> 'record')::bigint,
        'fields', (select jsonb_agg(k) from jsonb_object_keys(p -> 'values') k)));
  end if;
  insert into privacy.evidence ("case", sha256, name, media_type, size)
  select v_case, f ->> 'sha256', f ->> 'name', f ->> 'media_type', (f ->> 'size')::bigint from jsonb_array_elements(p -> 'files') f;
  insert into access.event (actor, action, subject, facts) values (p_actor, 'correction.asked', 'case/' || v_case,
    jsonb_build_object('case', v_case, 'register', p ->> 'register', 'record', p -> 'record', 'files', jsonb_array_length(p -> 'files')));
  return v_case;
end $$;
comment on function privacy.take_down is 'Inner: a request to correct as a case with all that was sent.';

create function privacy.ask(p jsonb) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_area bigint;
  v_place bigint;
begin
  if access.actor() is null or not workbench.reaches(p ->> 'register', (p ->> 'record')::bigint, 'read') then
    raise exception 'a record outside the scope' using errcode = 'TS002';
  end if;
  execute format('select area, place from registers.%I where id = $1', p ->> 'register')
    into v_area, v_place using (p ->> 'record')::bigint;
  return privacy.take_down(p || jsonb_build_object('asker', access.actor(), 'channel', 'officer'), v_area, v_place, null, access.actor());
end $$;
comment on function privacy.ask is 'An officer asks for a correction of a record that the scope reads; gives the number of the case.';

create function privacy.knock(p_address text, p_number text, p_now timestamptz) returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_address bytea := access.blurred('request address', p_address);
  v_number bytea := access.blurred('request number', p_number);
  v_wait integer := greatest(access.seconds_left(v_address, p_now), access.seconds_left(v_number, p_now));
begin
  if v_wait = 0 then v_wait := access.count_try(v_address, 20, 900, interval '1 hour', p_now); end if;
  if v_wait = 0 then v_wait := access.count_try(v_number, 5, 900, interval '1 hour', p_now); end if;
  return v_wait;
end $$;
comment on function privacy.knock is 'Counts a request from outside; the seconds to wait, 0 where it may come in.';

create function privacy.ask_publicly(p jsonb, p_code bytea, p_token bytea, p_person bytea, p_now timestamptz) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_case bigint;
  v_area bigint;
  v_place bigint;
  v_own boolean := p_token is not null;
begin
  if v_own then
    if not access.citizen_is(p_token, p ->> 'citizen_id', p_now) or not exists (
      select from access.of_citizen(p ->> 'citizen_id') o where o.register = p ->> 'register' and o.id = (p ->> 'record')::bigint)
    then
      raise exception 'not the own record' using errcode = 'TS002';
    end if;
    execute format('select area, place from registers.%I where id = $1', p ->> 'register')
      into v_area, v_place using (p ->> 'record')::bigint;
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
comment on function privacy.ask_publicly is 'Somebody without an account asks. What is recorded of anybody is looked at only where the own code opened the own records (p_token).';

create function privacy.asked_state(p_case bigint, p_code bytea, p_address text, p_now timestamptz) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_address bytea := access.blurred('request state', p_address);
  v_wait integer := access.seconds_left(v_address, p_now);
begin
  if v_wait = 0 then v_wait := access.count_try(v_address, 20, 900, interval '1 hour', p_now); end if;
  if v_wait > 0 then return jsonb_build_object('wait', v_wait); end if;
  if not exists (select from privacy.case_code k where k."case" = p_case and k.code = p_code) then return null; end if;
  update access.throttle t set failures = 0, until = t.last_at where t.bucket = v_address;
  return (select jsonb_build_object('law', c.law, 'received_at', c.received_at, 'register', c.register, 'steps', (
      select jsonb_agg(jsonb_build_object('action', s.action, 'at', s.at,
        'facts', jsonb_strip_nulls(jsonb_build_object('accepted', s.facts -> 'accepted', 'declined', s.facts -> 'declined',
          'waits', s.facts -> 'proposals')),
        'words', case when s.action in ('extended', 'answered', 'carried_out', 'refused') then w.words end) order by s.id)
      from privacy.step s left join privacy.words w on w.step = s.id where s."case" = c.id and s.action in
        ('received', 'identified', 'assigned', 'extended', 'answered', 'carried_out', 'refused', 'closed')))
    from privacy.case c where c.id = p_case);
end $$;
comment on function privacy.asked_state is 'How far a request is, to whoever has its number and code: no name of an officer, no note. Null where they do not belong together, also for a number that there is not.';

-- What becomes of a correction that waits for a second person.

create function privacy.proposal_decided() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_case bigint;
  v_proposal bigint;
  v_step bigint;
begin
  select f."case", f.proposal into v_case, v_proposal from registers.proposal_line l
    join privacy.forwarded f on f.proposal = l.proposal where l.id = new.line;
  if v_case is null or exists (select from privacy.step s where s."case" = v_case and s.action = 'closed') then return null; end if;
  if new.state = 'approved' then
    insert into privacy.step ("case", action, actor, facts)
    values (v_case, 'carried_out', new.actor, jsonb_build_object('change_sets', jsonb_build_array(new.change_set)));
    if not exists (select from privacy.forwarded f join registers.proposal_line l on l.proposal = f.proposal
        left join registers.proposal_state s on s.line = l.id where f."case" = v_case and s.line is null) then
      insert into privacy.step ("case", action, actor) values (v_case, 'closed', new.actor);
    end if;
  else
    insert into privacy.step ("case", action, actor, facts)
    values (v_case, 'noted', new.actor, jsonb_build_object('sent_back', v_proposal)) returning id into v_step;
    if new.remark is not null then insert into privacy.words (step, "case", words) values (v_step, v_case, new.remark); end if;
  end if;
  return null;
end $$;
create trigger told_to_case after insert on registers.proposal_state for each row execute function privacy.proposal_decided();

-- Who proposed what a case brings forward is the officer who took it down: a citizen is no second person.

create or replace function registers.proposer(p_register text, p_meta jsonb) returns text
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select case when p_meta ->> 'proposal' is not null then (select p.sender from registers.proposal p
      where p.id = (p_meta ->> 'proposal')::bigint and p.register = p_register and registers.decides(p.id))
    when p_meta ->> 'transfer' is not null then (select t.sender from registers.transfer t
      where t.id = (p_meta ->> 'transfer')::bigint and t.register = p_register and t.sender <> access.actor())
    when p_meta ->> 'case' is not null then (select nullif(s.actor, 'citizen') from privacy.step s
      where s."case" = (p_meta ->> 'case')::bigint and s.action = 'proposed' and s.facts ->> 'register' = p_register
      order by s.id desc limit 1) end
$$;

-- Erasing takes evidence too; a file that a request needs is not one that nothing names.

create or replace function privacy.forget(p_case bigint) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_cases bigint[];
begin
  if not privacy.holds(p_case, 'approve') then raise exception 'a case outside the scope' using errcode = 'TS002'; end if;
  select array_agg(o.id) into v_cases from privacy.case c left join privacy.subject m on m."case" = c.id
    join privacy.case o on o.id = c.id or (o.person = c.person
      or exists (select from privacy.subject a where a."case" = o.id and o.asker is null and a.citizen_id = m.citizen_id))
    and exists (select from privacy.step s where s."case" = o.id and s.action = 'closed') where c.id = p_case;
  update privacy.subject set citizen_id = null, name = null, contact = null, request = null, erased_at = clock_timestamp()
    where "case" = any (v_cases) and erased_at is null;
  update privacy.words set words = null, erased_at = clock_timestamp() where "case" = any (v_cases) and erased_at is null;
  update privacy.correction set value = null, erased_at = clock_timestamp() where "case" = any (v_cases) and erased_at is null;
  update privacy.evidence set name = '', erased_at = clock_timestamp() where "case" = any (v_cases) and erased_at is null;
  return cardinality(v_cases);
end $$;

create function privacy.evident(p_file text) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select exists (select from privacy.evidence e where e.sha256 = p_file and e.erased_at is null)
$$;
comment on function privacy.evident is 'Inner: whether a request still has the file as its evidence.';

create or replace function privacy.needed(p_file text) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_register text;
  v_found boolean;
begin
  if exists (select from registers.transfer t where t.file_sha256 = p_file and t.erased_at is null)
     or exists (select from intake.batch b where b.file_sha256 = p_file and b.state in ('received', 'checked', 'proposed', 'refused'))
     or exists (select from workbench.attachment a where a.sha256 = p_file) or privacy.evident(p_file) then
    return true;
  end if;
  for v_register in select distinct c.register from registers.change_set c where c.file_sha256 = p_file loop
    execute format('select exists (select from registers.%1$I v join registers.change_set s on s.id in (v.change_set, v.origin)'
      ' where s.file_sha256 = $1) or exists (select from history.%1$I v join registers.change_set s on s.id in (v.change_set, v.origin)'
      ' where s.file_sha256 = $1 and v.fingerprint is not null)', v_register) into v_found using p_file;
    if v_found then return true; end if;
  end loop;
  return false;
end $$;

create or replace function privacy.unnamed(p_files text[]) returns setof text
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not access.everywhere('*', 'approve') then
    raise exception 'nobody who may erase here' using errcode = 'TS003';
  end if;
  return query select f from unnest(p_files) f
    where not exists (select from registers.change_set s where s.file_sha256 = f)
      and not exists (select from registers.transfer t where t.file_sha256 = f)
      and not exists (select from intake.batch b where b.file_sha256 = f)
      and not exists (select from workbench.attachment a where a.sha256 = f) and not privacy.evident(f) order by 1;
end $$;

create or replace function privacy.ended_uploads(p_register text, p_before date, p_drop boolean)
returns table (sha256 text, waiting boolean, alone boolean)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
  v_bounds bigint[] := access.bounds(p_register, 'approve');
begin
  if not access.may(p_register, 'approve') then
    raise exception 'nobody who may erase here' using errcode = 'TS003';
  end if;
  return query
    with upload as (
      select b.id, b.file_sha256, b.state,
        coalesce((b.summary ->> 'newest')::date, (b.received_at at time zone 'Asia/Ho_Chi_Minh')::date) < p_before
          and b.register = p_register and access.inside(b.place, v_bounds) as ended
      from intake.batch b where b.state <> 'committed'
        and not exists (select from privacy.erased_file e where e.sha256 = b.file_sha256 and e.at >= b.received_at)),
    file as (
      select u.file_sha256, bool_or(u.ended and u.state <> 'dropped') as waiting, bool_and(u.ended)
        and not exists (select from registers.change_set s where s.file_sha256 = u.file_sha256)
        and not exists (select from registers.transfer t where t.file_sha256 = u.file_sha256 and t.erased_at is null)
        and not exists (select from workbench.attachment a where a.sha256 = u.file_sha256)
        and not privacy.evident(u.file_sha256) as alone
      from upload u group by u.file_sha256 having bool_or(u.ended)),
    dropped as (
      update intake.batch b set state = 'dropped' from upload u
      where p_drop and u.id = b.id and u.ended and b.state <> 'dropped' returning b.id)
    select f.file_sha256, f.waiting, f.alone from file f where f.waiting or f.alone order by 1;
end $$;

do $$ declare v_function text; begin
  foreach v_function in array array['privacy.take_down', 'privacy.proposal_decided', 'privacy.evident'] loop
    execute format('revoke all on function %s from public', v_function);
  end loop;
  foreach v_function in array array['privacy.near', 'privacy.ask', 'privacy.knock', 'privacy.ask_publicly', 'privacy.asked_state'] loop
    execute format('revoke all on function %s from public', v_function);
    execute format('grant execute on function %s to tinhso_app', v_function);
  end loop;
end $$;
