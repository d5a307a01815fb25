-- known_$name: of these keys which are taken; of the records that the scope may propose to also id, version, place and
-- fingerprint. Keys are unique in the whole register, so a sender must learn that a key is taken, and learns nothing else.
-- Where no keys are named, all that the scope may propose to
drop function if exists registers.known_$name(text[]);
create function registers.known_$name(p_keys text[])
returns table (key text, id bigint, version integer, fingerprint text, place bigint)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$$$
declare
  v_all boolean := access.everywhere('$name', 'propose');
  v_bounds bigint[] := access.bounds('$name', 'propose');
begin
  if not access.may('$name', 'propose') then return; end if;
  if p_keys is null then
    return query select r.key, r.id, r.version, encode(substr(r.fingerprint, 1, 16), 'hex'), r.place
      from registers.$name r where v_all or access.inside(r.place, v_bounds);
  else
    -- a filling register has no statistics yet, and a scan for each workbook would cost more than all its rows
    perform set_config('enable_seqscan', 'off', true), set_config('enable_hashjoin', 'off', true),
      set_config('enable_mergejoin', 'off', true);
    return query select r.key, m.id, m.version, encode(substr(m.fingerprint, 1, 16), 'hex'), m.place
      from unnest(p_keys) k (key) join registers.$name r on r.key = k.key collate "C"
      left join lateral (select r.id, r.version, r.fingerprint, r.place where v_all or access.inside(r.place, v_bounds)) m on true;
    perform set_config('enable_seqscan', 'on', true), set_config('enable_hashjoin', 'on', true),
      set_config('enable_mergejoin', 'on', true);
  end if;
end $$$$;
