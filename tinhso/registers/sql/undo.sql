-- undo_$name: fill this transaction's inbox with what makes a change set undone; returns how many rows came of
-- it and how many records were changed again since (then nothing may be done). What a later undo brought back has
-- the earlier change set as its origin, so change sets can be undone one after the other, last first. What was erased
-- since is counted apart: it neither comes back nor keeps the rest from being undone
drop function if exists registers.undo_$name(bigint);
create function registers.undo_$name(p_set bigint, out incoming bigint, out touched bigint, out overtaken bigint, out erased bigint)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$$$
declare
  v_inbox text := registers.open_$name();
  v_whole boolean := access.everywhere('$name', 'approve') and access.everywhere('$name', 'read');
  v_bounds bigint[] := access.bounds('$name', 'approve');
  v_read bigint[] := access.bounds('$name', 'read');
begin
  -- what it brought anew goes
  execute format('insert into inbox.%I (op, id, base) select ''gone'', r.id, r.version from registers.$name r'
    ' where $$1 in (r.change_set, r.origin) and not exists (select from history.$name h where h.until_change_set = $$1 and h.id = r.id)',
    v_inbox) using p_set;
  get diagnostics touched = row_count;
  -- what it changed is as before
  execute format('insert into inbox.%I (op, id, base, origin, $copied) select ''changed'', r.id, r.version, h.origin, $copied_h'
    ' from history.$name h join registers.$name r on r.id = h.id and $$1 in (r.change_set, r.origin) join areas.tree t on t.area = h.area'
    ' where h.until_change_set = $$1 and h.op = ''changed'' and h.fingerprint is not null', v_inbox) using p_set;
  get diagnostics incoming = row_count;
  touched := touched + incoming;
  -- what it took away comes back under its own id, unless the scope sees its key taken; beside one that it does
  -- not see, and beside the one of whose pair it left by that very change set
  execute format('insert into inbox.%I (op, id, base, origin, $copied) select ''new'', h.id, h.version, h.origin, $copied_h'
    ' from history.$name h join areas.tree t on t.area = h.area where h.until_change_set = $$1 and h.op = ''gone'' and h.fingerprint is not null'
    ' and not exists (select from registers.$name r where r.id = h.id or r.key = h.key'
    ' and case when $$2 then r.twin = 0 else access.inside(r.place, $$3) and access.inside(r.place, $$4) end'
    ' and not exists (select from registers.transfer t join registers.transfer_state d on d.transfer = t.id'
    ' where t.register = ''$name'' and t.record = r.id and d.change_set = $$1))', v_inbox) using p_set, v_whole, v_bounds, v_read;
  get diagnostics incoming = row_count;
  select count(*) filter (where h.change_set = p_set) + count(*) filter (where h.until_change_set = p_set and h.op = 'gone')
    into erased from history.$name h where h.fingerprint is null and p_set in (h.change_set, h.until_change_set);
  select s.new_count + s.changed_count + s.gone_count - touched - incoming - erased into overtaken
  from registers.change_set s where s.id = p_set and s.register = '$name';
end $$$$;
