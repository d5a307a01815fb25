-- commit_$name: this transaction's inbox becomes versions of records under one new change set; returns its id.
-- The change set's digest covers what came, what changed and what went, each in the order of ids: for each version its
-- digest and what binds it to its place (form 2; registers/chain/change_sets.py recounts it).
-- A new record whose key is kept where the scope does not look comes to stand beside that one: twin is then the change
-- set, else 0, and a case tells whoever may approve over both (registers.transfer).
-- Where the register wants a second person, nobody writes alone but the station, and who takes back what was approved.
create or replace function registers.commit_$name(p_meta jsonb) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp
set work_mem = '256MB' as $$$$
declare
  v_inbox text := '${name}_' || pg_current_xact_id();
  v_actor text := access.actor();
  v_bounds bigint[] := access.bounds('$name', 'approve');
  v_set bigint;
  v_leaf bigint;
  v_incoming bigint := (p_meta ->> 'incoming')::bigint;
  v_touched bigint := (p_meta ->> 'touched')::bigint;
  v_first boolean := false;
  v_present bigint;
  v_whole boolean := access.everywhere('$name', 'approve') and access.everywhere('$name', 'read');
  v_read bigint[] := access.bounds('$name', 'read');
  v_twins bigint := 0;
  v_bad bigint;
  v_new bigint := 0;
  v_changed bigint := 0;
  v_gone bigint := 0;
  v_put bytea := '';
  v_turned bytea := '';
  v_left bytea := '';
  v_proposer text := registers.proposer('$name', p_meta);
begin
  if not access.may('$name', 'approve') then
    raise exception 'nobody who may write here' using errcode = 'TS003';
  end if;
  if $second and v_actor <> 'station' and p_meta ->> 'way' <> 'undo' and coalesce(v_proposer, v_actor) = v_actor then
    raise exception 'a second person is needed' using errcode = 'TS012';
  end if;
  insert into registers.change_set (register, author, way, file_sha256, file_name, sheets, reason, same_count, undoes)
  values ('$name', v_actor, p_meta ->> 'way', p_meta ->> 'file_sha256', p_meta ->> 'file_name',
          coalesce(array(select jsonb_array_elements_text(p_meta -> 'sheets')), '{}'), p_meta ->> 'reason',
          coalesce((p_meta ->> 'same')::integer, 0), (p_meta ->> 'undoes')::bigint)
  returning id into v_set;
  if v_proposer is not null then
    insert into registers.seconded (change_set, proposer, proposal) values (v_set, v_proposer, (p_meta ->> 'proposal')::bigint);
  end if;

  if v_incoming + v_touched > 0 then
    -- every place is that of its area in the tree in force, and in scope; few distinct ones, so few comparisons
    execute format('select count(*) filter (where t.low is distinct from p.place),'
      ' count(*) filter (where not access.inside(t.low, $$1))'
      ' from (select distinct area, place from inbox.%I where op <> ''gone'') p left join areas.tree t using (area)',
      v_inbox) into v_bad, v_gone using v_bounds;
    if v_bad > 0 then raise exception 'the tree of areas has changed' using errcode = 'TS001'; end if;
    if v_gone > 0 then raise exception 'a place outside the scope' using errcode = 'TS002'; end if;
    v_gone := 0;
  end if;

  if v_touched > 0 then
    if v_touched > $many then
      lock table registers.$name in share row exclusive mode;
    else
      execute format('select count(*) from (select r.id from registers.$name r join inbox.%I i on i.id = r.id'
        ' where i.op <> ''new'' order by r.id for update of r) locked', v_inbox) into v_bad;
    end if;
    execute format('select count(*) filter (where r.version is distinct from i.base),'
      ' count(*) filter (where r.id is not null and not access.inside(r.place, $$1))'
      ' from inbox.%I i left join registers.$name r on r.id = i.id where i.op <> ''new''', v_inbox) into v_bad, v_gone using v_bounds;
    if v_bad > 0 then raise exception 'a record has changed meanwhile' using errcode = 'TS001'; end if;
    if v_gone > 0 then raise exception 'a record outside the scope' using errcode = 'TS002'; end if;
    execute format('with kept as (insert into history.$name ($kept, until_change_set, op) select $kept_r, $$1, i.op'
      ' from registers.$name r join inbox.%I i on i.id = r.id where i.op <> ''new'' returning id, version, op, digest)'
      ' select string_agg(sha256(''gone''::bytea || digest) || int8send(id) || int4send(version), ''''::bytea order by id) from kept where op = ''gone''',
      v_inbox) into v_left using v_set;
    execute format('with turned as (update registers.$name r set $assigned,'
      ' twin = case when r.key <> i.key and exists (select from registers.$name o where o.key = i.key and o.id <> r.id) then $$1 else r.twin end, version = r.version + 1, change_set = $$1, origin = coalesce(i.origin, $$1),'
      ' digest = sha256(i.salt || i.fingerprint) from inbox.%I i where i.id = r.id and i.op = ''changed'''
      ' returning $entry_columns_r) select count(*), string_agg($entry, ''''::bytea order by id) from turned', v_inbox)
      into v_changed, v_turned using v_set;
    -- a number that was wrong and is put right may be one that is kept elsewhere
    execute format('insert into registers.transfer (register, area, record, sender)'
      ' select ''$name'', r.area, r.id, $$2 from inbox.%I i join registers.$name r on r.id = i.id and r.twin = $$1'
      ' where i.op = ''changed''', v_inbox) using v_set, v_actor;
    execute format('delete from registers.$name r using inbox.%I i where i.id = r.id and i.op = ''gone''', v_inbox);
    get diagnostics v_gone = row_count;
  end if;

  if v_incoming > 0 then
    if not v_whole or p_meta ->> 'way' = 'undo' then
      execute format('select count(*) from inbox.%I i join registers.$name r on r.key = i.key where i.op = ''new'' and i.id is null'
        ' and access.inside(r.place, $$1) and access.inside(r.place, $$2)', v_inbox) into v_bad using v_bounds, v_read;
      if v_bad > 0 then raise exception 'a key of the scope has been taken meanwhile' using errcode = 'TS001'; end if;
      execute format('update inbox.%I i set op = ''twin'' where i.op = ''new'''
        ' and exists (select from registers.$name r where r.key = i.key)', v_inbox);
      get diagnostics v_twins = row_count;
    end if;
    if v_incoming >= $big then
      -- a register that this load makes several times as big gets its indexes after the rows; readers wait meanwhile
      lock table registers.$name in share row exclusive mode;
      select count(*) into v_present from registers.$name;
      v_first := v_present * 4 <= v_incoming;
    end if;
    if v_first then $drop_indexes; end if;
    if v_first and v_present = 0 then
      truncate registers.$name;  -- with wal_level = minimal the rows then write no log of their own
    end if;
    execute format('with put as (insert into registers.$name (id, version, change_set, origin, digest, twin, $copied)'
      ' overriding system value select coalesce(i.id, nextval(''registers.${name}_id_seq'')), coalesce(i.base, 0) + 1,'
      ' $$1, coalesce(i.origin, $$1), sha256(i.salt || i.fingerprint), case when i.op = ''twin'' then $$1 else 0 end, $copied_i from inbox.%I i where i.op in (''new'', ''twin'') returning $entry_columns)'
      ' select count(*), string_agg($entry, ''''::bytea order by id) from put', v_inbox) into v_new, v_put using v_set;
    if v_first then $make_indexes; end if;
    -- numbers are passed over at random, so that a gap between one's own records does not tell of records elsewhere
    perform count(nextval('registers.${name}_id_seq')) from generate_series(1, (random() * 200)::integer);
    if v_twins > 0 then
      execute format('insert into registers.transfer (register, area, record, file_name, file_sha256, sheets, source_sheet, source_row, sender)'
        ' select ''$name'', r.area, r.id, $$2 ->> ''file_name'', $$2 ->> ''file_sha256'','
        ' coalesce(array(select jsonb_array_elements_text($$2 -> ''sheets'')), ''{}''), r.source_sheet, r.source_row, $$3'
        ' from inbox.%1$$I i join registers.$name r on r.key = i.key and r.twin = $$1 where i.op = ''twin''', v_inbox)
        using v_set, p_meta, v_actor;
      execute format('update inbox.%I set op = ''new'' where op = ''twin''', v_inbox);
    end if;
  end if;

  if v_incoming + v_touched > 0 and to_regprocedure('indicators.follow_$name(bigint, regclass)') is not null then
    execute 'select indicators.follow_$name($$1, $$2)' using v_set, format('inbox.%I', v_inbox)::regclass;
  end if;

  if v_incoming + v_touched > 0 then execute format('drop table inbox.%I', v_inbox); end if;
  if v_incoming + v_touched >= $big then
    -- the search text's own statistics need a sample five times as big as all the others together
    perform set_config('default_statistics_target', '20', true);
    analyze registers.$name (search);
    analyze registers.$name ($asked);
  end if;

  -- the one lock, taken last: from here to COMMIT nothing waits but other commits
  perform pg_advisory_xact_lock(7283401);
  select coalesce(max(leaf), 0) + 1 into v_leaf from registers.change_set;
  update registers.change_set set new_count = v_new, changed_count = v_changed, gone_count = v_gone,
    form = 2, digest = sha256(coalesce(v_put, '') || coalesce(v_turned, '') || coalesce(v_left, '')), leaf = v_leaf where id = v_set;
  update registers.register set last_leaf = v_leaf where register = '$name';
  perform pg_notify('tinhso_commits', json_build_object('change_set', v_set, 'register', '$name', 'leaf', v_leaf)::text);
  return v_set;
end $$$$;
