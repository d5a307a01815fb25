-- known_$name: of the records that the scope may both read and propose to, those with these keys: id, version, place and
-- fingerprint. A key that is kept where the scope does not look is answered as one that nobody keeps: its row comes to
-- stand beside (commit_$name), and only whoever may approve over both is told. With no id come back the keys whose rows
-- wait: those of records that the scope may read but not propose to, and every key of who may read nothing at all.
-- Where no keys are named, all that the scope may read and propose to. Of records with one key the one that came first
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
      from registers.$name r where (v_all or access.inside(r.place, v_bounds) and access.inside(r.place, v_read))
      and (r.twin = 0 or not exists (select from registers.$name o where o.key = r.key and o.twin < r.twin
        and (v_all or access.inside(o.place, v_bounds) and access.inside(o.place, v_read))));
  elsif v_blind then
    return query select k.key, null::bigint, null::integer, null::text, null::bigint from unnest(p_keys) k (key);
  else
    -- a filling register has no statistics yet, and a scan for each workbook would cost more than all its rows
    perform set_config('enable_seqscan', 'off', true), set_config('enable_hashjoin', 'off', true),
      set_config('enable_mergejoin', 'off', true);
    return query select distinct on (m.key collate "C") m.key, case when m.own then m.id end, case when m.own then m.version end,
        case when m.own then encode(substr(m.fingerprint, 1, 16), 'hex') end, case when m.own then m.place end
      from (select k.key, r.id, r.version, r.fingerprint, r.place, r.twin, v_all or access.inside(r.place, v_bounds) as own
        from unnest(p_keys) k (key) join registers.$name r on r.key = k.key collate "C"
        where v_all or access.inside(r.place, v_read) offset 0) m
      order by m.key collate "C", m.own desc, m.twin;
    perform set_config('enable_seqscan', 'on', true), set_config('enable_hashjoin', 'on', true),
      set_config('enable_mergejoin', 'on', true);
  end if;
end $$$$;
