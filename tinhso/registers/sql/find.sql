-- find_$name: ids of records whose folded text is like all the patterns, or one of whose personal numbers is exactly
-- p_number, within the scope, in the list's order.
-- LIKE is not leakproof, so under row policies it would scan the whole table; here the scope is applied by us.
drop function if exists registers.find_$name(text[], bigint, bigint, text, bigint, integer);
create or replace function registers.find_$name(p_patterns text[], p_number text, p_condition_low bigint,
  p_condition_high bigint, p_after_sort text, p_after_id bigint, p_limit integer)
returns table (id bigint)
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$$$
declare
  v_where text;
  v_likes text[] := '{}';
  v_numbers text[] := '{}';
  v_slot integer;
  v_bounds bigint[];
  v_ranges text[] := '{}';
  v_pattern text;
  v_column text;
  v_few constant integer := 15000;
  v_hits bigint;
  v_ids bigint[];
begin
  foreach v_pattern in array p_patterns loop
    v_likes := v_likes || format('r.search like %L', v_pattern);
  end loop;
  v_where := coalesce(nullif(array_to_string(v_likes, ' and '), ''), 'true');
  if p_number is not null then
    foreach v_column in array $numbers loop
      v_numbers := v_numbers || format('r.%I = %L', v_column, p_number);
    end loop;
    v_where := format('(%s)', array_to_string(array_prepend(v_where, v_numbers), ' or '));
  end if;
  if not access.everywhere('$name') then
    v_bounds := access.bounds('$name');
    for v_slot in 1 .. array_length(v_bounds, 1) by 2 loop
      v_ranges := v_ranges || format('r.place >= %s and r.place < %s', v_bounds[v_slot], coalesce(v_bounds[v_slot + 1], v_bounds[v_slot]));
    end loop;
    v_where := v_where || ' and (' || array_to_string(v_ranges, ' or ') || ')';
  end if;
  if not registers.nothing_hidden('$name') then
    v_where := v_where || format(' and r.id <> all (%L::bigint[])', registers.hidden('$name'));
  end if;
  if p_condition_low is not null then
    v_where := v_where || format(' and r.place between %s and %s', p_condition_low, p_condition_high);
  end if;
  if p_after_id is not null then
    v_where := v_where || format(' and (r.sort_key, r.id) > (%L collate "C", %s)', p_after_sort, p_after_id);
  end if;
  -- Names that sound alike stand together in the order, so walking it may pass nearly all rows before the first hit.
  -- Few hits are therefore gathered and sorted; only where there are many is the order walked until the page is full.
  perform set_config('enable_seqscan', 'off', true), set_config('enable_indexscan', 'off', true),
    set_config('enable_indexonlyscan', 'off', true);
  execute format('with hits as materialized (select r.id, r.sort_key from registers.$name r where %s limit %s)'
    ' select count(*), (array_agg(h.id order by h.sort_key, h.id))[1:%s] from hits h', v_where, v_few + 1, p_limit)
    into v_hits, v_ids;
  perform set_config('enable_seqscan', 'on', true), set_config('enable_indexscan', 'on', true),
    set_config('enable_indexonlyscan', 'on', true);
  if v_hits <= v_few then
    return query select unnest(v_ids);
  else
    return query execute format('select r.id from registers.$name r where %s order by r.sort_key, r.id limit %s',
      v_where, p_limit);
  end if;
end $$$$;
