-- Scopes: the sealed scope of a transaction, and what row policies ask of it.

create schema access;
grant usage on schema access to tinhso_app;

create table access.secret (
  secret bytea not null
);
comment on table access.secret is 'One row, read by the owner alone: what scopes are sealed with. Of its 64 bytes at least 488 bits are chance.';
insert into access.secret
select string_agg(uuid_send(gen_random_uuid()), '') from generate_series(1, 4);

-- The one function that believes a scope, and only where its seal is ours and for this very transaction. One function, not
-- several that call each other: what is called first in a transaction costs most.
create function access.told(p_what text, p_register text default null) returns text
language plpgsql stable parallel restricted security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_told text := current_setting('tinhso.scope', true);
  v_payload text := left(v_told, -65);
  v_secret bytea;
  v_found jsonb;
begin
  if coalesce(v_payload, '') <> '' then
    select s.secret into strict v_secret from access.secret s;
    if right(v_told, 64) = encode(sha256(v_secret || sha256(v_secret || convert_to(v_payload, 'UTF8'))), 'hex')
       and split_part(v_payload, ' ', 1) = pg_backend_pid() || '@' || extract(epoch from now()) then
      v_found := substr(v_payload, strpos(v_payload, ' ') + 1)::jsonb -> p_what;
    end if;
  end if;
  if p_register is null then return v_found #>> '{}'; end if;
  return coalesce(v_found ->> p_register, v_found ->> '*', '{9223372036854775807}');
end $$;
comment on function access.told is 'What the sealed scope of this transaction says of a verb or the actor; nothing where there is none, it is not sealed, or it is sealed for another transaction. For a verb and a register (* where it is not named): ascending edges, by turns the first place inside and the first outside.';

-- The following are written without a language's quotes, so that they become part of the query that asks them.

create function access.actor() returns text
stable parallel restricted return access.told('actor');
comment on function access.actor is 'Who acts in this transaction; null without a sealed scope.';

create function access.bounds(p_register text, p_verb text default 'read') returns bigint[]
stable parallel restricted return access.told(p_verb, p_register)::bigint[];
comment on function access.bounds is 'Where the verb holds, as width_bucket() counts edges: an odd bucket is inside.';

create function access.everywhere(p_register text, p_verb text default 'read') returns boolean
stable parallel restricted return access.told(p_verb, p_register) = '{0,9223372036854775807}';
comment on function access.everywhere is 'Whether the verb holds in the whole tree for the register.';

create function access.may(p_register text, p_verb text) returns boolean
stable parallel restricted return access.told(p_verb, p_register) <> '{9223372036854775807}';
comment on function access.may is 'Whether the verb holds anywhere for the register.';

create function access.inside(p_place bigint, p_bounds bigint[]) returns boolean
immutable parallel safe return coalesce(width_bucket(p_place, p_bounds) % 2 = 1, false);
comment on function access.inside is 'Whether a place lies inside the bounds; no place lies nowhere.';

create function access.whole_registers(p_verb text) returns text[]
stable parallel restricted return (
  select coalesce(array_agg(key order by key), '{}') from jsonb_each(access.told(p_verb)::jsonb) where value = '"{0,9223372036854775807}"'::jsonb);
comment on function access.whole_registers is 'The registers in which the verb holds in the whole tree; * for those not named.';

create function access.named_registers(p_verb text) returns text[]
stable parallel restricted return (
  select coalesce(array_agg(key order by key), '{}') from jsonb_object_keys(access.told(p_verb)::jsonb) key);
comment on function access.named_registers is 'The registers of which the scope says something of their own for the verb; * among them.';

-- Change sets and batches: whoever holds the verb in the whole tree sees those of the register, anybody else their own.

alter table registers.change_set enable row level security;
create policy within_scope on registers.change_set for select to tinhso_app using (
  register = any ((select access.whole_registers('read'))::text[])
  or (select access.everywhere('*')) and register <> all ((select access.named_registers('read'))::text[])
  or author = (select access.actor()));

alter table intake.batch enable row level security;
create policy within_scope on intake.batch to tinhso_app using (
  register = any ((select access.whole_registers('propose'))::text[])
  or (select access.everywhere('*', 'propose')) and register <> all ((select access.named_registers('propose'))::text[])
  or sender = (select access.actor()));

create view registers.leaf as select id as change_set, register, leaf, at, way from registers.change_set where leaf is not null;
comment on view registers.leaf is 'The order of commits, for everybody: what was known when. Not who, why, and how many.';
grant select on registers.leaf to tinhso_app;

create function registers.told(p_register text, p_records bigint[])
returns table (change_set bigint, at timestamptz, author text, way text, reason text, file_name text, sheets text[])
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not exists (select from registers.register r where r.register = p_register) then return; end if;
  return query execute format(
    'select s.id, s.at, s.author, s.way, s.reason, s.file_name, s.sheets from registers.change_set s where s.id in ('
    ' select unnest(array[r.change_set, r.origin]) from registers.%1$I r where r.id = any ($1) and access.inside(r.place, $2)'
    ' union select unnest(array[h.change_set, h.origin]) from history.%1$I h where h.id = any ($1) and access.inside(h.place, $2))',
    p_register) using p_records, access.bounds(p_register);
end $$;
comment on function registers.told is 'Of records that the scope may read: the change sets that brought their versions, whoever made them.';

-- People, roles and grants. What proves who somebody is comes with 0003.

create table access.person (
  id bigint generated always as identity primary key,
  login text not null unique,
  name text not null,
  mail text,
  state text not null default 'invited' check (state in ('invited', 'active', 'disabled')),
  created_at timestamptz not null default clock_timestamp()
);
grant select on access.person to tinhso_app;

create table access.event (
  id bigint generated always as identity primary key,
  at timestamptz not null default clock_timestamp(),
  actor text not null,
  action text not null,
  subject text,
  facts jsonb not null default '{}'
);
grant select, insert on access.event to tinhso_app;

create table access.reading (
  id bigint generated always as identity primary key,
  at timestamptz not null default clock_timestamp(),
  actor text not null,
  register text,
  record bigint,
  fields text[] not null default '{}',
  action text not null,
  purpose text,
  grant_id bigint,
  address inet,
  reason text,
  count integer not null default 1
);
comment on table access.reading is 'Who looked at whose data. The application appends and does not read it here.';
create index on access.reading (register, record);
grant insert on access.reading to tinhso_app;

create function access.append_only() returns trigger language plpgsql as $$
begin
  raise exception '%.% is appended to only', tg_table_schema, tg_table_name using errcode = 'TS004';
end $$;
create trigger append_only before update or delete or truncate on access.event
  for each statement execute function access.append_only();
create trigger append_only before update or delete or truncate on access.reading
  for each statement execute function access.append_only();

create table access.role (
  role text primary key,
  declaration json not null,
  packed json,
  changed_by text not null,
  changed_at timestamptz not null default clock_timestamp()
);
comment on column access.role.packed is 'As the pack declared it when it was last applied; another declaration beside it was edited on screen.';

create table access.purpose (
  purpose text primary key,
  declaration json not null
);
grant select on access.role, access.purpose to tinhso_app;

create table access.grant (
  id bigint generated always as identity primary key,
  person bigint not null references access.person,
  role text not null references access.role,
  area bigint not null references areas.area,
  purpose text not null references access.purpose,
  legal_basis text,
  valid_from timestamptz not null default now(),
  valid_to timestamptz check (valid_to > valid_from),
  granted_by text not null,
  granted_at timestamptz not null default clock_timestamp(),
  revoked_by text,
  revoked_at timestamptz,
  check ((revoked_by is null) = (revoked_at is null))
);
comment on table access.grant is 'A role for a person over an area, for a time and a purpose. Never deleted, only revoked.';
create index on access.grant (person);
alter table access.grant enable row level security;
create policy within_scope on access.grant for select to tinhso_app using (
  (select access.may('*', 'administer'))
  or person = (select p.id from access.person p where p.login = access.actor()));
grant select on access.grant to tinhso_app;

create function access.only_revoked() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and old.revoked_at is null
     and (to_jsonb(new) - 'revoked_by' - 'revoked_at') = (to_jsonb(old) - 'revoked_by' - 'revoked_at') then
    return new;
  end if;
  raise exception 'a grant is revoked once, never altered or deleted' using errcode = 'TS004';
end $$;
create trigger only_revoked before update or delete on access.grant for each row execute function access.only_revoked();

create function access.grants_of(p_login text)
returns table (id bigint, role text, declaration text, purpose text, legal_basis text, code text, low bigint, high bigint,
  root boolean, valid_from timestamptz, valid_to timestamptz, revoked_at timestamptz, state text, pillars text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select g.id, g.role, r.declaration::text, g.purpose, g.legal_basis, t.code, t.low, t.high,
    t.parent is null and (select count(*) from areas.tree o where o.parent is null) = 1,
    g.valid_from, g.valid_to, g.revoked_at, p.state, k.pillars
  from access.person p left join access.grant g on g.person = p.id left join access.role r on r.role = g.role
  left join areas.tree t on t.area = g.area
  cross join (select json_object_agg(s.register, s.declaration ->> 'pillar')::text as pillars from registers.register s) k
  where p.login = p_login order by g.id
$$;
comment on function access.grants_of is 'All grants a person ever had, with what is needed to tell what they give; one row without a grant where there is none.';

-- An administrator must remain. Whoever would take the last one away waits for whoever is doing the same, and is refused.

create function access.administers(p_role text) returns boolean
stable return coalesce((select (r.declaration ->> 'administer')::boolean from access.role r where r.role = p_role), false);

create function access.administrators() returns bigint
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select count(distinct g.person) from access.grant g join access.person p on p.id = g.person and p.state = 'active'
  where g.revoked_at is null and g.valid_to is null and g.valid_from <= now() and access.administers(g.role)
$$;
comment on function access.administrators is 'How many active people administer with no end set.';

create function access.keep_an_administrator() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_role text := case when tg_table_name <> 'person' then to_jsonb(old) ->> 'role' end;
  v_person bigint := case tg_table_name when 'person' then (to_jsonb(old) ->> 'id')::bigint when 'grant' then (to_jsonb(old) ->> 'person')::bigint end;
begin
  perform pg_advisory_xact_lock(7283402);
  if access.administrators() = 0 and exists (
    select from access.grant g join access.person p on p.id = g.person
    where (g.role = v_role or v_role is null and access.administers(g.role)) and (g.person = v_person or v_person is null)
      and (v_role is null or tg_table_name = 'role' or access.administers(v_role))
      and (p.state = 'active' or tg_table_name = 'person') and g.valid_to is null
      and (g.revoked_at is null or tg_table_name = 'grant')) then
    raise exception 'the last administrator' using errcode = 'TS010';
  end if;
  return null;
end $$;
create trigger keep_an_administrator after update on access.grant for each row
  when (old.revoked_at is null and new.revoked_at is not null and old.valid_to is null)
  execute function access.keep_an_administrator();
create trigger keep_an_administrator after update on access.person for each row
  when (old.state = 'active' and new.state <> 'active') execute function access.keep_an_administrator();
create trigger keep_an_administrator_deleted after delete on access.person for each row
  when (old.state = 'active') execute function access.keep_an_administrator();
create trigger keep_an_administrator after update on access.role for each row
  when ((old.declaration ->> 'administer')::boolean and not coalesce((new.declaration ->> 'administer')::boolean, false))
  execute function access.keep_an_administrator();

-- Whoever administers gives and takes by these functions alone: the sealed scope says whether and where.

create function access.give(p_login text, p_role text, p_area bigint, p_purpose text, p_legal_basis text,
  p_from timestamptz, p_to timestamptz) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_bounds bigint[] := access.bounds('*', 'administer');
  v_tree areas.tree;
  v_id bigint;
begin
  select * into v_tree from areas.tree t where t.area = p_area;
  if not coalesce(access.inside(v_tree.low, v_bounds) and
     width_bucket(v_tree.low, v_bounds) = width_bucket(v_tree.high, v_bounds), false) then
    raise exception 'nobody who administers there' using errcode = 'TS003';
  end if;
  if access.actor() = p_login then
    raise exception 'a grant to oneself' using errcode = 'TS011';
  end if;
  insert into access.grant (person, role, area, purpose, legal_basis, valid_from, valid_to, granted_by)
  select p.id, p_role, p_area, p_purpose, p_legal_basis, coalesce(p_from, now()), p_to, access.actor()
  from access.person p where p.login = p_login returning id into strict v_id;
  insert into access.event (actor, action, subject, facts) values (access.actor(), 'grant', p_login, jsonb_build_object(
    'grant', v_id, 'role', p_role, 'area', v_tree.code, 'purpose', p_purpose, 'from', p_from, 'to', p_to));
  return v_id;
end $$;

create function access.revoke(p_grant bigint, p_reason text) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_bounds bigint[] := access.bounds('*', 'administer');
  v_low bigint;
  v_person text;
begin
  select t.low, p.login into v_low, v_person from access.grant g join access.person p on p.id = g.person
  left join areas.tree t on t.area = g.area where g.id = p_grant for update of g;
  if not (access.everywhere('*', 'administer') or access.inside(v_low, v_bounds)) then
    raise exception 'nobody who administers there' using errcode = 'TS003';
  end if;
  update access.grant set revoked_by = access.actor(), revoked_at = clock_timestamp()
  where id = p_grant and revoked_at is null;
  if not found then return false; end if;
  insert into access.event (actor, action, subject, facts)
  values (access.actor(), 'revoke', v_person, jsonb_build_object('grant', p_grant, 'reason', p_reason));
  return true;
end $$;

create function access.change_role(p_role text, p_declaration json) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not access.everywhere('*', 'administer') then
    raise exception 'nobody who administers everywhere' using errcode = 'TS003';
  end if;
  insert into access.role (role, declaration, changed_by) values (p_role, p_declaration, access.actor())
  on conflict (role) do update set declaration = excluded.declaration, changed_by = excluded.changed_by, changed_at = clock_timestamp();
  insert into access.event (actor, action, subject, facts)
  values (access.actor(), 'role', p_role, jsonb_build_object('declaration', p_declaration));
end $$;
