-- known_$name: of these keys (of all, where none are named), which records exist anywhere. Keys are unique in the
-- whole register, so a sender must learn that a key is taken; ``changes`` tells it nothing else about a record outside the scope
drop function if exists registers.known_$name(text[]);
create function registers.known_$name(p_keys text[])
returns table (key text, id bigint, version integer, fingerprint text, place bigint)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$$$
begin
  if p_keys is null then
    return query select r.key, r.id, r.version, encode(substr(r.fingerprint, 1, 16), 'hex'), r.place
      from registers.$name r;
  else
    -- a filling register has no statistics yet, and a scan for each workbook would cost more than all its rows
    perform set_config('enable_seqscan', 'off', true), set_config('enable_hashjoin', 'off', true),
      set_config('enable_mergejoin', 'off', true);
    return query select r.key, r.id, r.version, encode(substr(r.fingerprint, 1, 16), 'hex'), r.place
      from unnest(p_keys) k (key) join registers.$name r on r.key = k.key collate "C";
    perform set_config('enable_seqscan', 'on', true), set_config('enable_hashjoin', 'on', true),
      set_config('enable_mergejoin', 'on', true);
  end if;
end $$$$;
