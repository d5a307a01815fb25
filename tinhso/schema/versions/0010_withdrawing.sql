-- Withdrawing: what waits or stands twice, what erasure takes of it, and what was changed about people and rights.

-- A key that is kept where its sender does not look: the row is recorded beside that record (twin is then the change set
-- that brought it), and who may approve over both is told. Chance holds nobody's row any more.

do $$
declare
  v_register text;
begin
  for v_register in select r.register from registers.register r loop
    execute format('alter table registers.%I add column twin bigint not null default 0', v_register);
  end loop;
end $$;

drop function registers.spot_checked;
drop table registers.spot_check;

alter table registers.transfer alter column key drop not null, alter column content drop not null,
  add column record bigint, add column salt bytea, add column digest bytea, add column erased_at timestamptz;
comment on table registers.transfer is 'A row that waits for those who may approve where it should come to stand and where its key is kept, or (record) a record that was written beside one with its key. Read by functions alone.';
comment on column registers.transfer.record is 'The record that came to stand beside another; it has the content, so key and content are empty here.';
comment on column registers.transfer.digest is 'SHA-256 of salt, key and content as they were sent; stays when these are erased.';

create function registers.transfer_digest(p_salt bytea, p_key text, p_content jsonb) returns bytea
immutable return sha256(p_salt || convert_to(p_key || chr(31) || p_content::text, 'UTF8'));

alter table registers.transfer disable trigger append_only;
update registers.transfer set salt = uuid_send(gen_random_uuid());
update registers.transfer set digest = registers.transfer_digest(salt, key, content);
alter table registers.transfer enable trigger append_only;

alter table registers.transfer add check (record is not null or erased_at is not null
  or key is not null and content is not null and salt is not null and digest is not null);
alter table registers.transfer_state drop constraint transfer_state_state_check;
alter table registers.transfer_state add check (state in ('waiting', 'accepted', 'refused', 'erased'));

-- Appended to, but for erasure: content, key and salt go, once, and nothing else changes.
create function registers.only_erased() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if old.erased_at is null and new.erased_at is not null and new.key is null and new.content is null and new.salt is null
     and to_jsonb(new) - '{key,content,salt,file_name,erased_at}'::text[] = to_jsonb(old) - '{key,content,salt,file_name,erased_at}'::text[] then
    return new;
  end if;
  raise exception 'registers.transfer is appended to only' using errcode = 'TS004';
end $$;
drop trigger append_only on registers.transfer;
create trigger append_only before delete or truncate on registers.transfer
  for each statement execute function access.append_only();
create trigger only_erased before update on registers.transfer for each row execute function registers.only_erased();

create or replace function registers.hold(p_register text, p_rows jsonb, p_source jsonb) returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_bounds bigint[] := access.bounds(p_register, 'propose');
  v_held integer;
begin
  if not access.may(p_register, 'propose') then
    raise exception 'nobody who may propose here' using errcode = 'TS003';
  end if;
  if exists (select from jsonb_array_elements(p_rows) r left join areas.tree t on t.area = (r ->> 'area')::bigint
             where not access.inside(t.low, v_bounds)) then
    raise exception 'a place outside the scope' using errcode = 'TS002';
  end if;
  perform pg_advisory_xact_lock(hashtextextended(access.actor(), 7283403));
  with put as (
    insert into registers.transfer (register, key, area, content, file_name, file_sha256, sheets, source_sheet, source_row, sender, salt, digest)
    select p_register, r ->> 'key', (r ->> 'area')::bigint, r -> 'content', p_source ->> 'file_name', p_source ->> 'file_sha256',
      coalesce(array(select jsonb_array_elements_text(p_source -> 'sheets')), '{}'), (r ->> 'sheet')::smallint,
      (r ->> 'row')::integer, access.actor(), s.salt, registers.transfer_digest(s.salt, r ->> 'key', r -> 'content')
    from jsonb_array_elements(p_rows) r cross join lateral (select uuid_send(gen_random_uuid()) as salt where r is not null offset 0) s
    where not exists (
      select from registers.transfer o where o.register = p_register and o.key = r ->> 'key' and o.sender = access.actor()
        and o.area = (r ->> 'area')::bigint and o.content = r -> 'content'
        and not exists (select from registers.transfer_state d where d.transfer = o.id and d.state <> 'waiting'))
    returning id)
  insert into registers.transfer_state (transfer, state, actor) select id, 'waiting', access.actor() from put;
  get diagnostics v_held = row_count;
  return v_held;
end $$;

drop function registers.take_transfer, registers.transfers;
create function registers.transfers(p_only bigint default null)
returns table (id bigint, register text, key text, area bigint, content text, file_name text, file_sha256 text, sheets text[],
  source_sheet smallint, source_row integer, sender text, at timestamptz, state text, decided_by text, decided_at timestamptz,
  reason text, change_set bigint, record bigint, record_area bigint, twin bigint)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_register text;
  v_bounds bigint[];
  v_root bigint := (select min(t.low) from areas.tree t);
begin
  for v_register in select distinct t.register from registers.transfer t where p_only is null or t.id = p_only loop
    continue when not access.may(v_register, 'approve');
    v_bounds := access.bounds(v_register, 'approve');
    return query execute format(
      'select t.id, t.register, coalesce(t.key, m.key), t.area, coalesce(t.content::text, (select jsonb_object_agg(f.key, f.value #>> ''{}'')::text'
      '   from registers.register g, jsonb_each((g.declaration -> ''fields'')::jsonb) n, jsonb_each(to_jsonb(m)) f'
      '   where g.register = %2$L and f.key = n.key and m.id <> all (registers.hidden(%2$L))), ''{}''),'
      ' t.file_name, t.file_sha256, t.sheets, t.source_sheet, t.source_row,'
      ' t.sender, t.at, coalesce(d.state, ''waiting''), d.actor, d.at, d.reason, d.change_set, r.id, r.area, t.record'
      ' from registers.transfer t join areas.tree a on a.area = t.area'
      ' left join registers.%1$I m on m.id = t.record'
      ' left join lateral (select o.id, o.area, o.place, o.twin from registers.%1$I o where o.key = coalesce(t.key, m.key)'
      '   and o.id is distinct from t.record order by o.twin limit 1) r on true'
      ' left join registers.transfer_state d on d.transfer = t.id and d.state <> ''waiting'''
      ' where t.register = $1 and ($2 is null or t.id = $2) and t.sender <> access.actor()'
      ' and (t.record is null or d.state is not null or m.twin > r.twin)'
      ' and access.inside(coalesce(m.place, a.low), $3)'
      ' and (access.inside(coalesce(r.place, $4), $3) or d.actor = access.actor()) order by t.id', v_register, v_register)
      using v_register, p_only, v_bounds, v_root;
  end loop;
end $$;
comment on function registers.transfers is 'The rows that wait, or waited, and the records that stand beside another, for the transaction''s actor: who may approve over both areas, and did not send them. A pair of which one has left is no case any more.';

create or replace function registers.own_transfers()
returns table (id bigint, register text, file_name text, sheet text, source_row integer, at timestamptz, state text, reason text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select t.id, t.register, t.file_name, t.sheets[t.source_sheet + 1], t.source_row, t.at, coalesce(d.state, 'waiting'), d.reason
  from registers.transfer t left join registers.transfer_state d on d.transfer = t.id and d.state <> 'waiting'
  where t.sender = access.actor() and (t.record is null or d.state = 'refused') order by t.id desc limit 200
$$;
comment on function registers.own_transfers is 'What became of the actor''s own rows; not where their keys are kept, nor that a record of theirs stands beside another.';

create function registers.take_transfer(p_id bigint) returns setof text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if exists (select from registers.transfers(p_id)) then
    perform from registers.transfer t where t.id = p_id for update;
    return query select c.state from registers.transfers(p_id) c;
  end if;
end $$;
comment on function registers.take_transfer is 'The state of a case, and until the transaction ends nobody else decides it; nothing where the actor may not.';

create or replace function registers.decide_transfer(p_id bigint, p_state text, p_reason text, p_change_set bigint) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_case registers.transfer;
  v_ended boolean := false;
begin
  select * into v_case from registers.transfer t where t.id = p_id for update;
  if v_case.record is not null and v_case.sender <> access.actor() and exists (
      select from registers.change_set s where s.id = p_change_set and s.register = v_case.register
        and s.author = access.actor() and s.xmin = pg_current_xact_id()::xid) then
    -- one of the pair has just left by that change set, so the pair is listed no more
    execute format('select exists (select from history.%1$I h where h.until_change_set = $1 and (h.id = $2'
      ' or h.key = (select m.key from registers.%1$I m where m.id = $2)))', v_case.register)
      into v_ended using p_change_set, v_case.record;
  end if;
  if p_state not in ('accepted', 'refused')
     or not (v_ended or exists (select from registers.take_transfer(p_id) s where s = 'waiting')) then
    raise exception 'nobody who may decide, or decided already' using errcode = 'TS003';
  end if;
  insert into registers.transfer_state (transfer, state, actor, reason, change_set)
  values (p_id, p_state, access.actor(), p_reason, p_change_set);
end $$;

-- Erasure of a person takes the rows that wait or waited. Found by the fields that may hold a personal number; what lies
-- outside the scope stays and is counted, so that whoever erases knows that somebody with a wider one has to go on.

create function registers.erase_transfers(p_register text, p_fields text[], p_number text, p_reason text,
  out erased integer, out beyond integer)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_bounds bigint[] := access.bounds(p_register, 'approve');
  v_ids bigint[];
begin
  if not access.may(p_register, 'approve') then
    raise exception 'nobody who may erase here' using errcode = 'TS003';
  end if;
  select array_agg(t.id) filter (where access.inside(a.low, v_bounds)), count(*) filter (where not access.inside(a.low, v_bounds))
    into v_ids, beyond from registers.transfer t left join areas.tree a on a.area = t.area
    where t.register = p_register and exists (select from unnest(p_fields) f where t.content ->> f = p_number);
  insert into registers.transfer_state (transfer, state, actor, reason)
    select i, 'erased', access.actor(), p_reason from unnest(v_ids) i
    where not exists (select from registers.transfer_state d where d.transfer = i and d.state <> 'waiting');
  update registers.transfer set key = null, content = null, salt = null, erased_at = clock_timestamp() where id = any (v_ids);
  get diagnostics erased = row_count;
end $$;
comment on function registers.erase_transfers is 'Key, content and salt of the rows that name a person go, their digests stay; those still waiting end as erased.';

-- A restricted record is seen by whoever handles the case it was restricted under, and by whoever handles an open case of
-- the same person: else nobody could hand over, correct or erase what a consent withdrawn took out of sight.

create or replace function registers.hidden(p_register text) returns bigint[]
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select coalesce(array_agg(distinct l.record), '{}') from (
    select distinct on (r.record, r."case") r.record, r."case", r.way from privacy.restriction r
    where r.register = p_register order by r.record, r."case", r.id desc
  ) l join privacy.case c on c.id = l."case"
  where l.way = 'restricted' and not exists (
    select from privacy.case o cross join lateral (
      select s.facts ->> 'to' as handler from privacy.step s where s."case" = o.id and s.action = 'assigned' order by s.id desc limit 1) h
    where h.handler = access.actor() and (o.id = c.id or o.person = c.person
      and not exists (select from privacy.step e where e."case" = o.id and e.action = 'closed')))
$$;

-- What was changed about people and rights says how they stood afterwards, so that what the tables say can be compared
-- with what the log says (access/replaying.py). The log is written by the database's own functions and the owner alone.

revoke all on access.event from tinhso_app;

create function access.trail(p_login text, p_before bigint, p_size integer)
returns table (id bigint, at timestamptz, actor text, action text, facts jsonb)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select e.id, e.at, e.actor, e.action, e.facts - 'now' from access.event e
  where e.subject = p_login and (p_before is null or e.id < p_before) and (select access.may('*', 'administer'))
  order by e.id desc limit p_size
$$;
comment on function access.trail is 'What the log of changes says of somebody, newest first, to whoever administers.';
revoke execute on function access.trail from public;
grant execute on function access.trail to tinhso_app;

create function access.standing(p_kind text default null, p_name text default null)
returns table (kind text, name text, state jsonb)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select 'person', p.login, jsonb_build_object('id', p.id, 'name', p.name, 'mail', p.mail, 'state', p.state, 'client', p.client,
    'password', (select encode(access.blurred('verifier', encode(w.verifier, 'hex')), 'hex') from access.password w where w.person = p.id),
    'second_factor', exists (select from access.second_factor f where f.person = p.id and f.confirmed_at is not null),
    'identities', (select coalesce(jsonb_agg(encode(access.blurred('identity', o.issuer || chr(10) || o.subject), 'hex')
      order by o.issuer, o.subject), '[]') from access.outside_identity o where o.person = p.id))
  from access.person p where coalesce(p_kind, 'person') = 'person' and coalesce(p_name, p.login) = p.login
  union all
  select 'grant', g.id::text, jsonb_build_object('person', g.person, 'role', g.role, 'area', g.area, 'purpose', g.purpose,
    'legal_basis', g.legal_basis, 'from', extract(epoch from g.valid_from), 'to', extract(epoch from g.valid_to),
    'granted_by', g.granted_by, 'revoked_by', g.revoked_by)
  from access.grant g where coalesce(p_kind, 'grant') = 'grant' and coalesce(p_name, g.id::text) = g.id::text
  union all
  select 'role', r.role, jsonb_build_object('declaration', r.declaration::jsonb)
  from access.role r where coalesce(p_kind, 'role') = 'role' and coalesce(p_name, r.role) = r.role
  union all
  select 'purpose', u.purpose, jsonb_build_object('declaration', u.declaration::jsonb)
  from access.purpose u where coalesce(p_kind, 'purpose') = 'purpose' and coalesce(p_name, u.purpose) = u.purpose
  union all
  select 'key', k.id::text, jsonb_build_object('person', k.person, 'name', k.name, 'digest', encode(k.digest, 'hex'), 'verbs', k.verbs,
    'registers', k.registers, 'area', k.area, 'clear', k.clear, 'per_minute', k.per_minute, 'made_by', k.made_by,
    'until', extract(epoch from k.until), 'revoked_by', k.revoked_by)
  from access.key k where coalesce(p_kind, 'key') = 'key' and coalesce(p_name, k.id::text) = k.id::text
$$;
comment on function access.standing is 'How people, grants, roles, purposes and keys stand: what of them decides who gets in and sees what. Proofs of passwords and names at providers are blurred.';
revoke execute on function access.standing from public;

create function access.note_standing() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_kind text := case when new.facts ? 'grant' then 'grant' when new.facts ? 'key' then 'key'
    when new.action in ('role', 'purpose') then new.action else 'person' end;
  v_name text := coalesce(new.facts ->> v_kind, new.subject);
begin
  new.facts := new.facts - 'now' || coalesce((
    select jsonb_build_object('now', jsonb_build_object('kind', s.kind, 'name', s.name, 'state', s.state))
    from access.standing(v_kind, v_name) s where v_name is not null), '{}');
  return new;
end $$;
create trigger note_standing before insert on access.event for each row execute function access.note_standing();

insert into access.event (actor, action, subject, facts)
select 'system', 'baseline', s.name, case when s.kind in ('grant', 'key') then jsonb_build_object(s.kind, s.name) else '{}' end
from access.standing() s where s.kind in ('person', 'grant', 'key') order by s.kind, s.name;
insert into access.event (actor, action, subject) select 'pack', s.kind, s.name from access.standing('role') s order by s.name;
insert into access.event (actor, action, subject) select 'pack', s.kind, s.name from access.standing('purpose') s order by s.name;

create or replace function access.rehash(
  p_token bytea, p_salt bytea, p_memory integer, p_passes integer, p_lanes integer, p_verifier bytea, p_now timestamptz
) returns void language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_who text;
begin
  update access.password w set salt = p_salt, memory = p_memory, passes = p_passes, lanes = p_lanes, verifier = p_verifier
  where w.person = (select s.person from access.live_session(p_token, p_now) s
                    where s.way = 'password' and s.proved_at = p_now)
    and (w.memory, w.passes, w.lanes) <> (p_memory, p_passes, p_lanes)
  returning (select p.login from access.person p where p.id = w.person) into v_who;
  if v_who is not null then
    perform access.tell(v_who, 'password.rehashed', v_who);
  end if;
end $$;

-- A figure that explains itself says of a source file that it is gone, since when and why.

create function registers.files_gone(p_register text, p_records bigint[])
returns table (change_set bigint, at timestamptz, reason text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select distinct on (s.id) s.id, e.at, e.reason
  from registers.told(p_register, p_records) t join registers.change_set s on s.id = t.change_set
  join privacy.erased_file e on e.sha256 = s.file_sha256 and coalesce(e.change_set > s.id, true) order by s.id, e.at desc
$$;
comment on function registers.files_gone is 'Of records that the scope may read: the change sets whose file was erased, since when and why.';

-- One place for what the database and this process know in common and nobody else does: a key for scopes, another for
-- what the process vouches for and what is blurred. What was blurred before stays what it was.

alter table access.secret add column vouching bytea;
update access.secret set vouching = (select w.key from access.wall w);
alter table access.secret alter column vouching set not null;
comment on table access.secret is 'One row, read by the owner alone: what this process and the inner functions know in common.';
comment on column access.secret.secret is 'What scopes are sealed with. Of its 64 bytes at least 488 bits are chance.';
comment on column access.secret.vouching is 'With which this process vouches for what the database cannot see for itself, and with which logins, numbers and words are blurred.';

create or replace function access.blurred(p_kind text, p_word text) returns bytea
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select sha256(s.vouching || convert_to(p_kind || chr(10) || p_word, 'UTF8')) from access.secret s
$$;
create or replace function access.vouched(p_message text, p_seal bytea) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select p_seal = sha256(s.vouching || sha256(s.vouching || convert_to(p_message, 'UTF8'))) from access.secret s
$$;
drop table access.wall;
comment on column access.reading.words is 'The folded words of a search, blurred: the same search can be recognised, not read.';
