-- undo_$name: fill this transaction's inbox with what makes a change set undone; returns how many rows came of
-- it and how many records were changed again since (then nothing may be done). What a later undo brought back has
-- the earlier change set as its origin, so change sets can be undone one after the other, last first
create or replace function registers.undo_$name(p_set bigint, out incoming bigint, out touched bigint, out overtaken bigint)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$$$
declare
  v_inbox text := registers.open_$name();
begin
  -- what it brought anew goes
  execute format('insert into inbox.%I (op, id, base) select ''gone'', r.id, r.version from registers.$name r'
    ' where $$1 in (r.change_set, r.origin) and not exists (select from history.$name h where h.until_change_set = $$1 and h.id = r.id)',
    v_inbox) using p_set;
  get diagnostics touched = row_count;
  -- what it changed is as before
  execute format('insert into inbox.%I (op, id, base, origin, $copied) select ''changed'', r.id, r.version, h.origin, $copied_h'
    ' from history.$name h join registers.$name r on r.id = h.id and $$1 in (r.change_set, r.origin) join areas.tree t on t.area = h.area'
    ' where h.until_change_set = $$1 and h.op = ''changed''', v_inbox) using p_set;
  get diagnostics incoming = row_count;
  touched := touched + incoming;
  -- what it took away comes back under its own id
  execute format('insert into inbox.%I (op, id, base, origin, $copied) select ''new'', h.id, h.version, h.origin, $copied_h'
    ' from history.$name h join areas.tree t on t.area = h.area where h.until_change_set = $$1 and h.op = ''gone'''
    ' and not exists (select from registers.$name r where r.id = h.id or r.key = h.key)', v_inbox) using p_set;
  get diagnostics incoming = row_count;
  select s.new_count + s.changed_count + s.gone_count - touched - incoming into overtaken
  from registers.change_set s where s.id = p_set and s.register = '$name';
end $$$$;
