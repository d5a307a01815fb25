-- A stored file goes with a person only where everything that came in it lies within reach of whoever erases: what other
-- offices sent stays, and that there is such a file is not told.

create function privacy.beyond(p_file text) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_register text;
  v_found boolean;
begin
  if access.everywhere('*', 'approve') then return false; end if;
  if exists (select from intake.batch b where b.file_sha256 = p_file
      and not (access.inside(b.place, access.bounds(b.register, 'approve')) or access.everywhere(b.register, 'approve')))
    or exists (select from registers.transfer t left join areas.tree a on a.area = t.area where t.file_sha256 = p_file
      and not access.inside(a.low, access.bounds(t.register, 'approve')))
    or exists (select from registers.proposal p join registers.proposal_line l on l.proposal = p.id
      left join areas.tree a on a.area = l.area
      where p.file_sha256 = p_file and not access.inside(a.low, access.bounds(p.register, 'approve')))
    or exists (select from workbench.attachment a where a.sha256 = p_file and not workbench.reaches(a.register, a.record, 'approve'))
    or exists (select from privacy.evidence e where e.sha256 = p_file and not privacy.holds(e."case", 'approve')) then
    return true;
  end if;
  for v_register in select distinct c.register from registers.change_set c where c.file_sha256 = p_file loop
    execute format('select exists (select from (select v.change_set, v.origin, v.place from registers.%1$I v'
      ' union all select v.change_set, v.origin, v.place from history.%1$I v) v'
      ' join registers.change_set s on s.id in (v.change_set, v.origin)'
      ' where s.file_sha256 = $1 and not access.inside(v.place, $2))', v_register)
      into v_found using p_file, access.bounds(v_register, 'approve');
    if v_found then return true; end if;
  end loop;
  return not exists (select from registers.change_set c where c.file_sha256 = p_file
      union all select from intake.batch b where b.file_sha256 = p_file
      union all select from registers.transfer t where t.file_sha256 = p_file
      union all select from workbench.attachment a where a.sha256 = p_file
      union all select from privacy.evidence e where e.sha256 = p_file);
end $$;
comment on function privacy.beyond is 'Inner: whether a stored file brought or holds anything outside of where the scope approves; a file of which nothing is known lies beyond everybody but who approves everywhere.';
revoke execute on function privacy.beyond from public;

create function privacy.within(p_files text[]) returns setof text
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select f from unnest(p_files) f where access.may('privacy', 'approve') and not privacy.beyond(f) order by 1
$$;
comment on function privacy.within is 'Of stored files those that whoever erases may erase.';

drop policy within_scope_added on privacy.erased_file;
create policy within_scope_added on privacy.erased_file for insert to tinhso_app
  with check (access.may('privacy', 'approve') and actor = access.actor() and exists (select from privacy.within(array[sha256])));

create or replace function privacy.drop_batches(p_files text[]) returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_count integer;
begin
  if not access.may('privacy', 'approve') then raise exception 'nobody who may do this' using errcode = 'TS003'; end if;
  update intake.batch set state = 'dropped' where file_sha256 = any (select privacy.within(p_files))
    and state in ('received', 'checked', 'proposed', 'refused');
  get diagnostics v_count = row_count;
  return v_count;
end $$;
