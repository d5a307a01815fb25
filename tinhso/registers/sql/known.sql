-- known_$name: of these keys those that are no new record's; of the records that the scope may both read and propose to
-- also id, version, place and fingerprint. Keys are unique in the whole register, so a sender must learn that a key waits
-- for somebody else's word, and learns nothing else: a key kept elsewhere looks like one that chance picked for a check,
-- and to whoever may read nothing at all every key looks so.
-- Where no keys are named, all that the scope may read and propose to
drop function if exists registers.known_$name(text[]);
create function registers.known_$name(p_keys text[])
returns table (key text, id bigint, version integer, fingerprint text, place bigint)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$$$
declare
  v_all boolean := access.everywhere('$name', 'propose') and access.everywhere('$name', 'read');
  v_blind boolean := not access.may('$name', 'read');
  v_bounds bigint[] := access.bounds('$name', 'propose');
  v_read bigint[] := access.bounds('$name', 'read');
begin
  if not access.may('$name', 'propose') then return; end if;
  if p_keys is null then
    return query select r.key, r.id, r.version, encode(substr(r.fingerprint, 1, 16), 'hex'), r.place
      from registers.$name r where v_all or access.inside(r.place, v_bounds) and access.inside(r.place, v_read);
  else
    -- a filling register has no statistics yet, and a scan for each workbook would cost more than all its rows
    perform set_config('enable_seqscan', 'off', true), set_config('enable_hashjoin', 'off', true),
      set_config('enable_mergejoin', 'off', true);
    return query select r.key, m.id, m.version, encode(substr(m.fingerprint, 1, 16), 'hex'), m.place
      from unnest(p_keys) k (key) join registers.$name r on r.key = k.key collate "C"
      left join lateral (select r.id, r.version, r.fingerprint, r.place
        where v_all or access.inside(r.place, v_bounds) and access.inside(r.place, v_read)) m on true;
    if not v_all then
      return query select k.key, null::bigint, null::integer, null::text, null::bigint from unnest(p_keys) k (key)
        where (v_blind or registers.spot_checked('$name', k.key))
        and not exists (select from registers.$name r where r.key = k.key collate "C");
    end if;
    perform set_config('enable_seqscan', 'on', true), set_config('enable_hashjoin', 'on', true),
      set_config('enable_mergejoin', 'on', true);
  end if;
end $$$$;
