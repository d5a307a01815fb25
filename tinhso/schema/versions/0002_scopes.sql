-- Scopes: the sealed scope of a transaction, and what row policies ask of it.

create schema if not exists access;
grant usage on schema access to tinhso_app;

create table access.secret (
  secret bytea not null
);
comment on table access.secret is 'One row, read by the owner alone: what scopes are sealed with. Of its 64 bytes at least 488 bits are chance.';
insert into access.secret
select string_agg(uuid_send(gen_random_uuid()), '') from generate_series(1, 4);

create function access.sealed() returns jsonb
language plpgsql stable parallel restricted security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_told text := current_setting('tinhso.scope', true);
  v_payload text := left(v_told, -65);
  v_secret bytea;
begin
  if coalesce(v_payload, '') = '' then return null; end if;
  select s.secret into strict v_secret from access.secret s;
  if right(v_told, 64) is distinct from
     encode(sha256(v_secret || sha256(v_secret || convert_to(v_payload, 'UTF8'))), 'hex') then return null; end if;
  if split_part(v_payload, ' ', 1) <> pg_backend_pid() || '@' || extract(epoch from now()) then return null; end if;
  return substr(v_payload, strpos(v_payload, ' ') + 1)::jsonb;
end $$;
comment on function access.sealed is 'The scope of this transaction; null where there is none, or its seal is not ours, or it was sealed for another transaction.';

create function access.actor() returns text
stable parallel restricted return access.sealed() ->> 'actor';
comment on function access.actor is 'Who acts in this transaction; null without a sealed scope.';

create function access.everywhere(p_register text, p_verb text default 'read') returns boolean
language plpgsql stable parallel restricted set search_path = pg_catalog, pg_temp as $$
declare
  v_held jsonb := access.sealed() -> p_verb;
begin
  return coalesce(coalesce(v_held -> p_register, v_held -> '*') = 'true'::jsonb, false);
end $$;
comment on function access.everywhere is 'Whether the verb holds in the whole tree for the register.';

create function access.bounds(p_register text, p_verb text default 'read') returns bigint[]
language plpgsql stable parallel restricted set search_path = pg_catalog, pg_temp as $$
declare
  v_held jsonb := access.sealed() -> p_verb;
  v_found jsonb := coalesce(v_held -> p_register, v_held -> '*');
begin
  if v_found = 'true'::jsonb then return array[0]; end if;
  if v_found is null or jsonb_array_length(v_found) = 0 then return array[9223372036854775807]; end if;
  return (select array_agg(edge::bigint order by n) from jsonb_array_elements_text(v_found) with ordinality e (edge, n));
end $$;
comment on function access.bounds is 'Where the verb holds: ascending edges, alternately the first place inside and the first outside, as width_bucket() counts them: an odd bucket is inside.';

create function access.may(p_register text, p_verb text) returns boolean
stable parallel restricted return access.bounds(p_register, p_verb) <> array[9223372036854775807];
comment on function access.may is 'Whether the verb holds anywhere for the register.';

create function access.inside(p_place bigint, p_bounds bigint[]) returns boolean
immutable parallel safe return coalesce(width_bucket(p_place, p_bounds) % 2 = 1, p_bounds = array[0::bigint]);
comment on function access.inside is 'Whether a place lies inside the bounds; what has no place lies only in the whole tree.';

create function access.whole_registers(p_verb text) returns text[]
stable parallel restricted return (
  select coalesce(array_agg(key order by key), '{}') from jsonb_each(access.sealed() -> p_verb) where value = 'true'::jsonb);
comment on function access.whole_registers is 'The registers in which the verb holds in the whole tree; * for those not named.';

create function access.named_registers(p_verb text) returns text[]
stable parallel restricted return (
  select coalesce(array_agg(key order by key), '{}') from jsonb_object_keys(access.sealed() -> p_verb) key);
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
