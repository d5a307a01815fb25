-- What waits (rows for the department, uploads for their sender's decision) is kept no longer than what is recorded, and
-- whoever it names is told that it waits.

-- Retention.

create function registers.end_transfers(p_register text, p_field text, p_before date, p_reason text) returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_bounds bigint[] := access.bounds(p_register, 'approve');
  v_root bigint := (select min(t.low) from areas.tree t);
  v_ids bigint[];
begin
  if not access.may(p_register, 'approve') then
    raise exception 'nobody who may erase here' using errcode = 'TS003';
  end if;
  select array_agg(t.id) into v_ids from registers.transfer t left join areas.tree a on a.area = t.area
    where t.register = p_register and t.erased_at is null and (t.content ->> p_field) collate "C" < p_before::text
      and access.inside(coalesce(a.low, v_root), v_bounds);
  if p_reason is not null then
    insert into registers.transfer_state (transfer, state, actor, reason)
      select i, 'erased', access.actor(), p_reason from unnest(v_ids) i
      where not exists (select from registers.transfer_state d where d.transfer = i and d.state <> 'waiting');
    update registers.transfer set key = null, content = null, salt = null, erased_at = clock_timestamp() where id = any (v_ids);
  end if;
  return coalesce(cardinality(v_ids), 0);
end $$;
comment on function registers.end_transfers is 'Rows that wait, or waited, and whose day lies before the one given: how many; with a reason they are erased as a person''s are.';

create function privacy.ended_uploads(p_register text, p_before date, p_drop boolean)
returns table (sha256 text, waiting boolean, alone boolean)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
  v_bounds bigint[] := access.bounds(p_register, 'approve');
begin
  if not access.may(p_register, 'approve') then
    raise exception 'nobody who may erase here' using errcode = 'TS003';
  end if;
  return query
    with upload as (
      select b.id, b.file_sha256, b.state,
        coalesce((b.summary ->> 'newest')::date, (b.received_at at time zone 'Asia/Ho_Chi_Minh')::date) < p_before
          and b.register = p_register and access.inside(b.place, v_bounds) as ended
      from intake.batch b where b.state <> 'committed'
        and not exists (select from privacy.erased_file e where e.sha256 = b.file_sha256 and e.at >= b.received_at)),
    file as (
      select u.file_sha256, bool_or(u.ended and u.state <> 'dropped') as waiting, bool_and(u.ended)
        and not exists (select from registers.change_set s where s.file_sha256 = u.file_sha256)
        and not exists (select from registers.transfer t where t.file_sha256 = u.file_sha256 and t.erased_at is null)
        and not exists (select from workbench.attachment a where a.sha256 = u.file_sha256) as alone
      from upload u group by u.file_sha256 having bool_or(u.ended)),
    dropped as (
      update intake.batch b set state = 'dropped' from upload u
      where p_drop and u.id = b.id and u.ended and b.state <> 'dropped' returning b.id)
    select f.file_sha256, f.waiting, f.alone from file f where f.waiting or f.alone order by 1;
end $$;
comment on function privacy.ended_uploads is 'Uploads that were never recorded and whose term has ended, by the newest day of their rows or, where that is not known, by their receipt. Dropped where so told; alone: nothing else needs the file.';

create function privacy.needed(p_file text) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_register text;
  v_found boolean;
begin
  if exists (select from registers.transfer t where t.file_sha256 = p_file and t.erased_at is null)
     or exists (select from intake.batch b where b.file_sha256 = p_file and b.state in ('received', 'checked', 'refused'))
     or exists (select from workbench.attachment a where a.sha256 = p_file) then
    return true;
  end if;
  for v_register in select distinct c.register from registers.change_set c where c.file_sha256 = p_file loop
    execute format('select exists (select from registers.%1$I v join registers.change_set s on s.id in (v.change_set, v.origin)'
      ' where s.file_sha256 = $1) or exists (select from history.%1$I v join registers.change_set s on s.id in (v.change_set, v.origin)'
      ' where s.file_sha256 = $1 and v.fingerprint is not null)', v_register) into v_found using p_file;
    if v_found then return true; end if;
  end loop;
  return false;
end $$;
comment on function privacy.needed is 'Inner: whether a row that is kept came in this file, or waits in it.';
revoke execute on function privacy.needed from public;

create or replace function privacy.emptied(p_acts bigint[]) returns setof text
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select s.f from privacy.sources(p_acts) s (f) where not privacy.needed(s.f) order by 1
$$;

create function privacy.emptied_by_waiting(p_register text) returns setof text
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select f.sha256 from (select distinct t.file_sha256 as sha256 from registers.transfer t left join areas.tree a on a.area = t.area
    where t.register = p_register and t.erased_at is not null and t.file_sha256 is not null
      and access.inside(coalesce(a.low, (select min(r.low) from areas.tree r)), access.bounds(p_register, 'approve'))) f
  where not exists (select from privacy.erased_file e where e.sha256 = f.sha256) and not privacy.needed(f.sha256) order by 1
$$;
comment on function privacy.emptied_by_waiting is 'Files that brought rows which waited and were erased since, and hold no row any more that is kept.';

create function privacy.unnamed(p_files text[]) returns setof text
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not access.everywhere('*', 'approve') then
    raise exception 'nobody who may erase here' using errcode = 'TS003';
  end if;
  return query select f from unnest(p_files) f
    where not exists (select from registers.change_set s where s.file_sha256 = f)
      and not exists (select from registers.transfer t where t.file_sha256 = f)
      and not exists (select from intake.batch b where b.file_sha256 = f)
      and not exists (select from workbench.attachment a where a.sha256 = f) order by 1;
end $$;
comment on function privacy.unnamed is 'Of these stored files, those that nothing names: an upload that was refused outright or only looked at.';

-- Own data: that a row waits, where and since when; never what it says, nor who sent it.

create function registers.waiting_rows(p_register text, p_fields text[], p_number text)
returns table (area bigint, at timestamptz)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
  v_bounds bigint[] := access.bounds(p_register, 'approve');
begin
  return query select case when access.inside(a.low, v_bounds) then t.area end, case when access.inside(a.low, v_bounds) then t.at end
    from registers.transfer t left join areas.tree a on a.area = t.area
    where t.register = p_register and access.may(p_register, 'read')
      and exists (select from unnest(p_fields) f where t.content ->> f = p_number)
      and not exists (select from registers.transfer_state d where d.transfer = t.id and d.state <> 'waiting') order by t.id;
end $$;
comment on function registers.waiting_rows is 'Rows of a register that name a person and wait for the department; empty lines for those beyond where the scope approves.';

create function access.rows_waiting_for_own(p_token bytea, p_number text, p_now timestamptz)
returns table (register text, area bigint, at timestamptz)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
  if not access.citizen_is(p_token, p_number, p_now) then return; end if;
  return query select t.register, t.area, t.at from access.citizen_numbers() n join registers.transfer t on t.register = n.register
    where exists (select from unnest(n.fields) f where t.content ->> f = p_number)
      and not exists (select from registers.transfer_state d where d.transfer = t.id and d.state <> 'waiting') order by t.id;
end $$;
comment on function access.rows_waiting_for_own is 'Rows that name the citizen of this session and wait for the department.';

create function access.files_waiting(p_token bytea, p_number text, p_now timestamptz)
returns table (register text, area bigint, at timestamptz, sha256 text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
  if not access.citizen_is(p_token, p_number, p_now) then return; end if;
  return query select b.register, t.area, b.received_at, b.file_sha256 from intake.batch b
    join access.citizen_numbers() n on n.register = b.register left join areas.tree t on t.low = b.place
    where b.state in ('received', 'checked', 'refused') order by b.id;
end $$;
comment on function access.files_waiting is 'Files that wait for their sender, for looking into them for the number of this session''s citizen; area is the sender''s.';

-- A second factor that a role demands: whoever holds such a role has to set one up before anything else is open.

create function access.demands_factor(p_person bigint) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select exists (select from access.grant g join access.role r on r.role = g.role
    where g.person = p_person and r.declaration ->> 'second_factor' = 'required' and g.revoked_at is null
      and g.valid_from <= now() and (g.valid_to is null or g.valid_to > now()))
$$;
comment on function access.demands_factor is 'Inner: whether a role that a person holds now demands a second factor.';

drop function access.session_of(bytea, timestamptz, interval);
create function access.session_of(p_token bytea, p_now timestamptz, p_idle interval)
returns table (id bigint, person bigint, login text, name text, mail text, began_at timestamptz, proved_at timestamptz,
  second_factor boolean, pending boolean, must_change boolean, has_password boolean, factor_due boolean)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
  seen timestamptz;
begin
  select s.seen_at into seen from access.session s where s.token = p_token;
  if seen < p_now - interval '1 minute' and seen > p_now - p_idle then
    update access.session s set seen_at = p_now where s.token = p_token and s.ended_at is null;
  end if;
  return query
    select s.id, p.id, p.login, p.name, p.mail, s.began_at, s.proved_at, s.second_factor, s.pending,
      coalesce(w.must_change and s.way = 'password', false), w.person is not null,
      access.demands_factor(p.id) and not access.has_factor(p.id)
    from access.session s join access.person p on p.id = s.person left join access.password w on w.person = p.id
    where s.token = p_token and s.ended_at is null and s.until > p_now and s.seen_at > p_now - p_idle
      and p.state = 'active';
end $$;
comment on function access.session_of is 'Whose session a token is; factor_due: a role in force demands a second factor, and there is none.';

-- What whoever administers should know when the day begins.

create function access.recent_changes(p_size integer)
returns table (id bigint, at timestamptz, actor text, action text, facts jsonb, subject text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select e.id, e.at, e.actor, e.action, e.facts - 'now', e.subject from access.event e
  where (select access.may('*', 'administer'))
    and (e.action in ('role', 'purpose') or exists (select from access.person p where p.login = e.subject))
  order by e.id desc limit p_size
$$;
comment on function access.recent_changes is 'What was changed about people and rights lately, newest first, to whoever administers; not about records.';

create function access.open_keys() returns table (login text, name text, until timestamptz, used_at timestamptz)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select k.login, k.name, k.until, k.used_at from access.keys_listed(null) k
  where k.revoked_at is null and k.until > now() and (select access.may('*', 'administer')) order by k.until, k.login, k.name
$$;
comment on function access.open_keys is 'Keys that open something, those that end first on top, to whoever administers; never a key itself.';

create function access.owing_factor() returns table (login text, name text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select p.login, p.name from access.person p
  where p.state = 'active' and not p.client and (select access.may('*', 'administer')) and not access.has_factor(p.id)
    and access.demands_factor(p.id) order by p.login
$$;
comment on function access.owing_factor is 'Active people whose role demands a second factor and who have none, to whoever administers.';

do $$
declare
  v_function text;
begin
  execute 'revoke all on function access.demands_factor from public';
  foreach v_function in array array['access.session_of', 'access.rows_waiting_for_own', 'access.files_waiting', 'access.recent_changes',
    'access.open_keys', 'access.owing_factor', 'registers.end_transfers', 'registers.waiting_rows', 'privacy.ended_uploads',
    'privacy.unnamed', 'privacy.emptied_by_waiting'] loop
    execute format('revoke all on function %s from public', v_function);
    execute format('grant execute on function %s to tinhso_app', v_function);
  end loop;
end $$;
