-- erase_$name: content, fingerprint and salt of records (all their versions) and of single earlier versions go for
-- good, under a change set of their own; id, version, area, change sets and digest stay. Records in force go as in a
-- removal, so figures follow. The digest of the change set covers what went, in order of id, then what was erased, in
-- order of id and version. Returns the change set
create or replace function registers.erase_$name(p_records bigint[], p_lone bigint[], p_lone_versions integer[],
  p_case bigint, p_rule text, p_reason text) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$$$
declare
  v_bounds bigint[] := access.bounds('$name', 'approve');
  v_bound boolean := exists (select from pg_attribute where attrelid = 'registers.change_set'::regclass and attname = 'form');
  v_set bigint;
  v_leaf bigint;
  v_gone integer;
  v_inbox text;
  v_left bytea;
  v_wiped bytea;
begin
  if not access.may('$name', 'approve') then
    raise exception 'nobody who may erase here' using errcode = 'TS003';
  end if;
  perform from registers.$name r where r.id = any (p_records) order by r.id for update;
  if exists (select from registers.$name r where r.id = any (p_records) and not access.inside(r.place, v_bounds))
    or exists (select from history.$name h where h.id = any (p_records || p_lone) and not access.inside(h.place, v_bounds)) then
    raise exception 'a record outside the scope' using errcode = 'TS002';
  end if;

  insert into registers.change_set (register, author, way, reason) values ('$name', access.actor(), 'erasure', p_reason)
  returning id into v_set;

  insert into history.$name ($kept, until_change_set, op) select $kept_r, v_set, 'gone' from registers.$name r where r.id = any (p_records);
  get diagnostics v_gone = row_count;
  delete from registers.$name r where r.id = any (p_records);
  select string_agg(sha256('gone'::bytea || h.digest) || case when v_bound then int8send(h.id) || int4send(h.version) else '' end,
    ''::bytea order by h.id) into v_left from history.$name h where h.until_change_set = v_set;
  if v_gone > 0 and to_regprocedure('indicators.follow_$name(bigint, regclass)') is not null then
    v_inbox := registers.open_$name();
    execute 'select indicators.follow_$name($$1, $$2)' using v_set, format('inbox.%I', v_inbox)::regclass;
    execute format('drop table inbox.%I', v_inbox);
  end if;

  with wiped as (
    update history.$name h set $blank where h.fingerprint is not null and (h.id = any (p_records)
      or exists (select from unnest(p_lone, p_lone_versions) l (id, version) where (l.id, l.version) = (h.id, h.version)))
    returning h.id, h.version, h.digest, h.area, h.place
  ), marked as (
    insert into privacy.erased (register, record, version, digest, change_set, "case", rule, actor, reason, area, place)
    select '$name', w.id, w.version, w.digest, v_set, p_case, p_rule, access.actor(), p_reason, w.area, w.place from wiped w
    returning record, version, digest
  ) select string_agg(sha256('erased'::bytea || m.digest) || case when v_bound then int8send(m.record) || int4send(m.version) else '' end,
    ''::bytea order by m.record, m.version) into v_wiped from marked m;
  if to_regclass('ledgers.erased_version') is not null then
    execute 'insert into ledgers.erased_version (register, id, version, act)'
      ' select register, record, version, change_set from privacy.erased where change_set = $$1' using v_set;
  end if;
  -- what the planner remembers of values is taken anew, for the erased ones may be among them
  perform set_config('default_statistics_target', '20', true);
  analyze registers.$name;
  analyze history.$name;

  perform pg_advisory_xact_lock(7283401);
  select coalesce(max(leaf), 0) + 1 into v_leaf from registers.change_set;
  update registers.change_set set gone_count = v_gone, digest = sha256(coalesce(v_left, '') || coalesce(v_wiped, '')),
    leaf = v_leaf where id = v_set;
  if v_bound then execute 'update registers.change_set set form = 2 where id = $$1' using v_set; end if;
  update registers.register set last_leaf = v_leaf where register = '$name';
  perform pg_notify('tinhso_commits', json_build_object('change_set', v_set, 'register', '$name', 'leaf', v_leaf)::text);
  return v_set;
end $$$$;
