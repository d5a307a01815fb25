-- Collection rounds: what was asked of which units until when, and what was done about it, in events that are only added.

create schema rounds;
grant usage on schema rounds to tinhso_app;

create table rounds.round (
  id bigint generated always as identity primary key,
  title text not null check (length(title) between 1 and 200),
  note text,
  registers text[] not null check (cardinality(registers) between 1 and 20),
  due date not null,
  opened_at timestamptz not null default clock_timestamp(),
  opened_by text not null,
  after_set bigint not null
);
comment on table rounds.round is 'What was asked. It never changes; what came of it are its events.';
comment on column rounds.round.after_set is 'The last change set before it was opened: what is later may answer it.';

create table rounds.unit (
  round bigint not null references rounds.round,
  area bigint not null references areas.area,
  primary key (round, area)
);

create table rounds.expected (
  round bigint not null,
  area bigint not null,
  register text not null references registers.register,
  records integer not null,
  primary key (round, area, register),
  foreign key (round, area) references rounds.unit
);
comment on column rounds.expected.records is 'How many records the unit had when the round was opened: about so many rows are expected.';

create table rounds.event (
  id bigint generated always as identity primary key,
  round bigint not null references rounds.round,
  area bigint references areas.area,
  action text not null check (action in ('opened', 'extended', 'reminded', 'escalated', 'noted', 'closed')),
  until date,
  words text check (length(words) <= 2000),
  actor text not null,
  at timestamptz not null default clock_timestamp(),
  check ((action = 'extended') = (until is not null)),
  foreign key (round, area) references rounds.unit
);
comment on table rounds.event is 'Ledger: who did what about a round, when and why; of one unit, or of all where none is named.';
create index on rounds.event (round, id);
create unique index on rounds.event (round) where action = 'closed';

create table rounds.visit (
  login text primary key,
  at timestamptz not null,
  leaf bigint not null,
  before_at timestamptz,
  before_leaf bigint
);
comment on table rounds.visit is 'When somebody last came to the first page, and the last commit known then; before_ is the visit before that.';

create trigger append_only before update or delete or truncate on rounds.round
  for each statement execute function access.append_only();
create trigger append_only before update or delete or truncate on rounds.unit
  for each statement execute function access.append_only();
create trigger append_only before update or delete or truncate on rounds.expected
  for each statement execute function access.append_only();
create trigger append_only before update or delete or truncate on rounds.event
  for each statement execute function access.append_only();

-- Who sees what: a unit is seen by whoever reads one of the round's registers there, or may propose to it; a round by whoever
-- sees one of its units; what was said to all by the same, what was said to one unit by those who see that unit.

create function rounds.holds(p_round bigint, p_area bigint, p_verb text) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select exists (select from rounds.round r cross join unnest(r.registers) n (register) join areas.tree t on t.area = p_area
    where r.id = p_round and access.inside(t.low, access.bounds(n.register, p_verb)))
$$;
comment on function rounds.holds is 'Whether the scope holds the verb at the unit in one of the round''s registers.';

create function rounds.leads(p_round bigint, p_area bigint default null) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  with held as materialized (
    select access.bounds(n.register, 'approve') as b from rounds.round r cross join unnest(r.registers) n (register) where r.id = p_round)
  select coalesce(bool_and(t.low is not null and access.inside(t.low, h.b) and access.inside(t.high, h.b)), false)
  from held h cross join rounds.unit u left join areas.tree t on t.area = u.area
  where u.round = p_round and (p_area is null or u.area = p_area)
$$;
comment on function rounds.leads is 'Whether the scope may approve in all of the round''s registers at the unit, or at all of its units.';

alter table rounds.unit enable row level security;
create policy within_scope on rounds.unit for select to tinhso_app
  using (rounds.holds(round, area, 'read') or rounds.holds(round, area, 'propose'));
alter table rounds.expected enable row level security;
create policy within_scope on rounds.expected for select to tinhso_app
  using (rounds.holds(round, area, 'read') or rounds.holds(round, area, 'propose'));
alter table rounds.round enable row level security;
create policy within_scope on rounds.round for select to tinhso_app
  using (exists (select from rounds.unit u where u.round = id));
alter table rounds.event enable row level security;
create policy within_scope on rounds.event for select to tinhso_app
  using (exists (select from rounds.unit u where u.round = event.round and (event.area is null or u.area = event.area)));
alter table rounds.visit enable row level security;
create policy own on rounds.visit for select to tinhso_app using (login = (select access.actor()));
grant select on rounds.round, rounds.unit, rounds.expected, rounds.event, rounds.visit to tinhso_app;

create function rounds.open(p_title text, p_note text, p_registers text[], p_areas bigint[], p_due date) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_round bigint;
  v_register text;
begin
  insert into rounds.round (title, note, registers, due, opened_by, after_set)
  values (p_title, p_note, p_registers, p_due, access.actor(), coalesce((select max(s.id) from registers.change_set s), 0))
  returning id into v_round;
  insert into rounds.unit (round, area) select distinct v_round, a from unnest(p_areas) a;
  if not rounds.leads(v_round) then
    raise exception 'nobody who may approve there' using errcode = 'TS003';
  end if;
  for v_register in select distinct n.register from unnest(p_registers) n (register) loop
    execute format('insert into rounds.expected (round, area, register, records)'
      ' select u.round, u.area, %1$L, count(r.id) from rounds.unit u join areas.tree t on t.area = u.area'
      ' left join registers.%1$I r on r.place between t.low and t.high and r.key is not null'
      ' where u.round = $1 group by 1, 2', v_register) using v_round;
  end loop;
  insert into rounds.event (round, action, actor) values (v_round, 'opened', access.actor());
  return v_round;
end $$;
comment on function rounds.open is 'Opens a round; for whoever may approve in all its registers at all its units.';

create function rounds.note(p_round bigint, p_area bigint, p_action text, p_until date, p_words text) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_event bigint;
begin
  perform from rounds.round r where r.id = p_round for update;
  if p_action = 'opened' or not rounds.leads(p_round, p_area) then
    raise exception 'nobody who may approve there' using errcode = 'TS003';
  end if;
  if exists (select from rounds.event e where e.round = p_round and e.action = 'closed') then
    raise exception 'the round is closed' using errcode = 'TS006';
  end if;
  insert into rounds.event (round, area, action, until, words, actor)
  values (p_round, p_area, p_action, p_until, p_words, access.actor()) returning id into v_event;
  return v_event;
end $$;
comment on function rounds.note is 'Adds an event to an open round: of one unit, or of all where none is named.';

create function rounds.arrived(p_round bigint)
returns table (area bigint, register text, rows bigint, last_at timestamptz, waiting bigint, errors bigint, good bigint)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_round rounds.round;
  v_register text;
  v_read bigint[];
  v_propose bigint[];
  v_low bigint;
  v_high bigint;
begin
  select * into v_round from rounds.round r where r.id = p_round;
  foreach v_register in array coalesce(v_round.registers, '{}') loop
    v_read := access.bounds(v_register);
    v_propose := access.bounds(v_register, 'propose');
    -- from the first to the last place that is seen: of a commune the planner then reads its own rows only
    select min(t.low), max(t.high) into v_low, v_high from rounds.unit u join areas.tree t on t.area = u.area
      where u.round = p_round and (access.inside(t.low, v_read) or access.inside(t.low, v_propose));
    continue when v_low is null;
    return query execute format(
      'with units as (select u.area, t.low, t.high from rounds.unit u join areas.tree t on t.area = u.area where u.round = $1'
      '   and (access.inside(t.low, $3) or access.inside(t.low, $4))),'
      ' touched as (select r.place, r.change_set from registers.%1$I r where r.change_set > $2 and r.place between $6 and $7'
      '   union all select h.place, h.until_change_set from history.%1$I h where h.until_change_set > $2 and h.place between $6 and $7 and h.op = ''gone''),'
      ' came as (select u.area, count(*) as rows, max(t.change_set) as latest from units u join touched t'
      '   on t.place between u.low and u.high group by 1),'
      ' sent as (select u.area, b.state, b.summary, b.received_at, b.change_set from units u join intake.batch b'
      '   on b.place between u.low and u.high and b.register = %1$L and b.received_at >= $5 and b.state <> ''dropped''),'
      ' done as (select s.area, max(greatest(c.new_count + c.changed_count + c.same_count, 0))::bigint as rows, max(c.at) as at'
      '   from sent s join registers.change_set c on c.id = s.change_set group by 1),'
      ' open as (select distinct on (s.area) s.area, s.summary from sent s where s.state in (''received'', ''checked'')'
      '   order by s.area, s.received_at desc)'
      ' select u.area, %1$L::text, case when d.area is null and c.area is null then null else greatest(d.rows, c.rows, 0) end,'
      '   greatest(d.at, l.at), (case when o.area is null then 0 else 1 end)::bigint,'
      '   coalesce((o.summary ->> ''errors'')::bigint, 0), coalesce((o.summary ->> ''good'')::bigint, 0)'
      ' from units u left join came c on c.area = u.area left join registers.change_set l on l.id = c.latest'
      ' left join done d on d.area = u.area left join open o on o.area = u.area', v_register)
      using p_round, v_round.after_set, v_read, v_propose, v_round.opened_at, v_low, v_high;
  end loop;
end $$;
comment on function rounds.arrived is 'What came of each unit that the scope sees since the round was opened: rows recorded (null for none), when, and a file that waits with its errors. A batch is of the unit of its sender.';

create function rounds.visited() returns table (at timestamptz, leaf bigint)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_leaf bigint := (select coalesce(max(s.leaf), 0) from registers.change_set s);
begin
  if access.actor() is null then return; end if;
  insert into rounds.visit as v (login, at, leaf) values (access.actor(), now(), v_leaf)
  on conflict (login) do update set at = now(), leaf = v_leaf, before_at = v.at, before_leaf = v.leaf
    where v.at < now() - interval '30 minutes';
  return query select v.before_at, v.before_leaf from rounds.visit v where v.login = access.actor();
end $$;
comment on function rounds.visited is 'Notes that the transaction''s actor is here; the visit before this one (within half an hour it is one visit).';
