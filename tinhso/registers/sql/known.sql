-- known_$name: of these keys, which records exist anywhere (keys are unique in the whole register, so a sender
-- must learn that a key is taken, and nothing else about a record outside the scope)
create or replace function registers.known_$name(p_keys text[])
returns table (key text, id bigint, version integer, fingerprint text, mine boolean)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$$$
  select r.key, r.id, r.version, encode(substr(r.fingerprint, 1, 16), 'hex'), $in_scope_r
  from registers.$name r where p_keys is null or r.key = any (p_keys)
$$$$;
