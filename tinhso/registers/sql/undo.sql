-- undo_$name: fill this transaction's inbox with what makes a change set undone; returns how many rows came of
-- it and how many records were changed again since (then nothing may be done)
create or replace function registers.undo_$name(p_set bigint, out incoming bigint, out touched bigint, out overtaken bigint)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$$$
declare
  v_inbox text := registers.open_$name();
begin
  -- what it brought anew goes
  execute format('insert into inbox.%I (op, id, base) select ''gone'', r.id, r.version from registers.$name r'
    ' where r.change_set = $$1 and not exists (select from history.$name h where h.until_change_set = $$1 and h.id = r.id)',
    v_inbox) using p_set;
  get diagnostics touched = row_count;
  -- what it changed is as before
  execute format('insert into inbox.%I (op, id, base, $copied) select ''changed'', r.id, r.version, $copied_h'
    ' from history.$name h join registers.$name r on r.id = h.id and r.change_set = $$1 join areas.tree t on t.area = h.area'
    ' where h.until_change_set = $$1 and h.op = ''changed''', v_inbox) using p_set;
  get diagnostics incoming = row_count;
  touched := touched + incoming;
  -- what it took away comes back under its own id
  execute format('insert into inbox.%I (op, id, base, $copied) select ''new'', h.id, h.version, $copied_h'
    ' from history.$name h join areas.tree t on t.area = h.area where h.until_change_set = $$1 and h.op = ''gone'''
    ' and not exists (select from registers.$name r where r.id = h.id or r.key = h.key)', v_inbox) using p_set;
  get diagnostics incoming = row_count;
  select s.new_count + s.changed_count + s.gone_count - touched - incoming into overtaken
  from registers.change_set s where s.id = p_set and s.register = '$name';
end $$$$;
