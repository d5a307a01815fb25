-- Rows that wait for the department: their key is kept where their sender may not see it, or chance picked them.

create table registers.spot_check (
  one_in integer not null check (one_in >= 0)
);
comment on table registers.spot_check is 'One row: of so many new rows of senders who see a part of the province one waits for the department by chance, so that waiting tells nobody that a key is kept elsewhere; 0 for none.';
insert into registers.spot_check values (200);

create table registers.transfer (
  id bigint generated always as identity primary key,
  register text not null references registers.register,
  key text collate "C" not null,
  area bigint not null references areas.area,
  content jsonb not null,
  file_name text,
  file_sha256 text,
  sheets text[] not null default '{}',
  source_sheet smallint,
  source_row integer,
  sender text not null,
  at timestamptz not null default clock_timestamp()
);
comment on table registers.transfer is 'A row that waits for those who may approve where it should come to stand and where its key is kept. Read by functions alone.';
create index on registers.transfer (register, key);
create index on registers.transfer (sender);

create table registers.transfer_state (
  transfer bigint not null references registers.transfer,
  state text not null check (state in ('waiting', 'accepted', 'refused')),
  actor text not null,
  reason text,
  change_set bigint references registers.change_set,
  at timestamptz not null default clock_timestamp(),
  primary key (transfer, state)
);
create unique index on registers.transfer_state (transfer) where state <> 'waiting';
comment on table registers.transfer_state is 'What became of it, appended; it is decided once.';

create trigger append_only before update or delete or truncate on registers.transfer
  for each statement execute function access.append_only();
create trigger append_only before update or delete or truncate on registers.transfer_state
  for each statement execute function access.append_only();

create function registers.spot_checked(p_register text, p_key text) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select c.one_in > 0 and ('x' || encode(substr(sha256(s.secret || convert_to(p_register || ' ' || p_key, 'UTF8')), 1, 4), 'hex'))::bit(32)::bigint
    % greatest(c.one_in, 1) = 0 from registers.spot_check c, access.secret s
$$;
revoke execute on function registers.spot_checked from public;
comment on function registers.spot_checked is 'Whether a new row with that key waits by chance: always the same answer for a key, and nobody can work it out.';

create function registers.hold(p_register text, p_rows jsonb, p_source jsonb) returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_bounds bigint[] := access.bounds(p_register, 'propose');
  v_held integer;
begin
  if not access.may(p_register, 'propose') then
    raise exception 'nobody who may propose here' using errcode = 'TS003';
  end if;
  if exists (select from jsonb_array_elements(p_rows) r left join areas.tree t on t.area = (r ->> 'area')::bigint
             where not access.inside(t.low, v_bounds)) then
    raise exception 'a place outside the scope' using errcode = 'TS002';
  end if;
  perform pg_advisory_xact_lock(hashtextextended(access.actor(), 7283403));
  with put as (
    insert into registers.transfer (register, key, area, content, file_name, file_sha256, sheets, source_sheet, source_row, sender)
    select p_register, r ->> 'key', (r ->> 'area')::bigint, r -> 'content', p_source ->> 'file_name', p_source ->> 'file_sha256',
      coalesce(array(select jsonb_array_elements_text(p_source -> 'sheets')), '{}'), (r ->> 'sheet')::smallint,
      (r ->> 'row')::integer, access.actor()
    from jsonb_array_elements(p_rows) r
    where not exists (
      select from registers.transfer o where o.register = p_register and o.key = r ->> 'key' and o.sender = access.actor()
        and o.area = (r ->> 'area')::bigint and o.content = r -> 'content'
        and not exists (select from registers.transfer_state d where d.transfer = o.id and d.state <> 'waiting'))
    returning id)
  insert into registers.transfer_state (transfer, state, actor) select id, 'waiting', access.actor() from put;
  get diagnostics v_held = row_count;
  return v_held;
end $$;
comment on function registers.hold is 'Puts rows of a sender aside for the department; what waits already is not put aside twice.';

create function registers.transfers(p_only bigint default null)
returns table (id bigint, register text, key text, area bigint, content text, file_name text, file_sha256 text, sheets text[],
  source_sheet smallint, source_row integer, sender text, at timestamptz, state text, decided_by text, decided_at timestamptz,
  reason text, change_set bigint, record bigint, record_area bigint)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_register text;
  v_bounds bigint[];
  v_root bigint := (select min(t.low) from areas.tree t);
begin
  for v_register in select distinct t.register from registers.transfer t where p_only is null or t.id = p_only loop
    continue when not access.may(v_register, 'approve');
    v_bounds := access.bounds(v_register, 'approve');
    return query execute format(
      'select t.id, t.register, t.key, t.area, t.content::text, t.file_name, t.file_sha256, t.sheets, t.source_sheet, t.source_row,'
      ' t.sender, t.at, coalesce(d.state, ''waiting''), d.actor, d.at, d.reason, d.change_set, r.id, r.area'
      ' from registers.transfer t join areas.tree a on a.area = t.area left join registers.%I r on r.key = t.key'
      ' left join registers.transfer_state d on d.transfer = t.id and d.state <> ''waiting'''
      ' where t.register = $1 and ($2 is null or t.id = $2) and t.sender <> access.actor()'
      ' and access.inside(a.low, $3) and access.inside(coalesce(r.place, $4), $3) order by t.id', v_register)
      using v_register, p_only, v_bounds, v_root;
  end loop;
end $$;
comment on function registers.transfers is 'The rows that wait, or waited, for the transaction''s actor: who may approve over both areas, and did not send them.';

create function registers.own_transfers()
returns table (id bigint, register text, file_name text, sheet text, source_row integer, at timestamptz, state text, reason text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select t.id, t.register, t.file_name, t.sheets[t.source_sheet + 1], t.source_row, t.at, coalesce(d.state, 'waiting'), d.reason
  from registers.transfer t left join registers.transfer_state d on d.transfer = t.id and d.state <> 'waiting'
  where t.sender = access.actor() order by t.id desc limit 200
$$;
comment on function registers.own_transfers is 'What became of the actor''s own rows; not where their keys are kept.';

create function registers.take_transfer(p_id bigint) returns setof text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if exists (select from registers.transfers(p_id)) then
    perform from registers.transfer t where t.id = p_id for update;
    return query select c.state from registers.transfers(p_id) c;
  end if;
end $$;
comment on function registers.take_transfer is 'The state of a case, and until the transaction ends nobody else decides it; nothing where the actor may not.';

create function registers.decide_transfer(p_id bigint, p_state text, p_reason text, p_change_set bigint) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not exists (select from registers.take_transfer(p_id) s where s = 'waiting') then
    raise exception 'nobody who may decide, or decided already' using errcode = 'TS003';
  end if;
  insert into registers.transfer_state (transfer, state, actor, reason, change_set)
  values (p_id, p_state, access.actor(), p_reason, p_change_set);
end $$;

alter table registers.transfer enable row level security;
alter table registers.transfer_state enable row level security;
revoke all on registers.transfer, registers.transfer_state from tinhso_app;
grant select on registers.spot_check to tinhso_app;

create function registers.place_of(p_register text, p_record bigint) returns bigint
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_place bigint;
begin
  if not access.everywhere('*', 'administer') then
    raise exception 'nobody who administers everywhere' using errcode = 'TS003';
  end if;
  if exists (select from registers.register r where r.register = p_register) then
    execute format('select place from registers.%I where id = $1', p_register) into v_place using p_record;
  end if;
  return coalesce(v_place, -1);
end $$;
comment on function registers.place_of is 'Where a record stands, for telling who may see it, and nothing else of it; -1 where there is none.';
