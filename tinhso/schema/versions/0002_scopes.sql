-- Scopes: the sealed scope of a transaction, and what row policies ask of it.

create schema if not exists access;
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
