-- Approval: changes that wait for a second person, decided row by row, and who proposed what somebody else made true.

create table registers.proposal (
  id bigint generated always as identity primary key,
  register text not null references registers.register,
  sender text not null,
  way text not null check (way in ('file', 'form', 'api')),
  file_name text,
  file_sha256 text,
  sheets text[] not null default '{}',
  reason text check (length(reason) <= 2000),
  batch bigint unique references intake.batch,
  at timestamptz not null default clock_timestamp()
);
comment on table registers.proposal is 'A change set that waits for who may approve at all its places and did not send it. Read by functions alone.';
create index on registers.proposal (sender);

create table registers.proposal_line (
  id bigint generated always as identity primary key,
  proposal bigint not null references registers.proposal,
  op text not null check (op in ('put', 'gone')),
  area bigint not null references areas.area,
  key text collate "C",
  content jsonb,
  record bigint,
  base integer,
  source_sheet smallint,
  source_row integer,
  erased_at timestamptz,
  check (erased_at is not null or key is not null and (op = 'gone' or content is not null))
);
comment on table registers.proposal_line is 'A row to be put into the register as it was checked, or a record to go. record and base: what it was compared with when it was sent.';
create index on registers.proposal_line (proposal, id);

create table registers.proposal_state (
  line bigint primary key references registers.proposal_line,
  state text not null check (state in ('approved', 'returned', 'withdrawn', 'erased')),
  actor text not null,
  remark text check (length(remark) <= 2000),
  change_set bigint references registers.change_set,
  at timestamptz not null default clock_timestamp()
);
comment on table registers.proposal_state is 'What became of a row, once: what has no line here waits.';

create table registers.seconded (
  change_set bigint primary key references registers.change_set,
  proposer text not null,
  proposal bigint references registers.proposal
);
comment on table registers.seconded is 'Who proposed what the author of a change set approved. The same stands in the log of changes (access.event), which is sealed.';

create function registers.only_erased_line() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if old.erased_at is null and new.erased_at is not null and new.key is null and new.content is null
     and to_jsonb(new) - '{key,content,erased_at}'::text[] = to_jsonb(old) - '{key,content,erased_at}'::text[] then
    return new;
  end if;
  raise exception 'registers.proposal_line is appended to only' using errcode = 'TS004';
end $$;
create trigger append_only before delete or truncate on registers.proposal_line
  for each statement execute function access.append_only();
create trigger only_erased before update on registers.proposal_line for each row execute function registers.only_erased_line();
do $$ declare v_table text; begin
  foreach v_table in array array['proposal', 'proposal_state', 'seconded'] loop
    execute format('create trigger append_only before update or delete or truncate on registers.%I'
      ' for each statement execute function access.append_only()', v_table);
  end loop;
  foreach v_table in array array['proposal', 'proposal_line', 'proposal_state', 'seconded'] loop
    execute format('alter table registers.%I enable row level security', v_table);
    execute format('revoke all on registers.%I from tinhso_app', v_table);
  end loop;
end $$;

alter table intake.batch drop constraint batch_state_check;
alter table intake.batch add constraint batch_state_check
  check (state in ('received', 'checked', 'proposed', 'committed', 'refused', 'dropped'));
comment on column intake.batch.state is 'proposed: its rows wait for a second person; refused: all of them came back.';

-- Who decides: whoever may approve at every place of the proposal, and did not send it.

create function registers.decides(p_proposal bigint) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_proposal registers.proposal;
  v_bounds bigint[];
begin
  select * into v_proposal from registers.proposal p where p.id = p_proposal;
  if v_proposal.id is null or v_proposal.sender = access.actor() or not access.may(v_proposal.register, 'approve') then
    return false;
  end if;
  v_bounds := access.bounds(v_proposal.register, 'approve');
  return not exists (
    select from (select distinct l.area from registers.proposal_line l where l.proposal = p_proposal) a
    left join areas.tree t on t.area = a.area where not access.inside(t.low, v_bounds));
end $$;
comment on function registers.decides is 'Whether the transaction''s actor may decide the proposal.';

create function registers.propose(p_register text, p_proposal bigint, p_source jsonb, p_rows jsonb) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_bounds bigint[] := access.bounds(p_register, 'propose');
  v_read bigint[] := access.bounds(p_register, 'read');
  v_proposal bigint := p_proposal;
  v_gone bigint;
  v_found bigint;
begin
  if not access.may(p_register, 'propose') then
    raise exception 'nobody who may propose here' using errcode = 'TS003';
  end if;
  if exists (select from (select distinct (r ->> 'area')::bigint as area from jsonb_array_elements(p_rows) r where r ->> 'op' = 'put') a
             left join areas.tree t on t.area = a.area where not access.inside(t.low, v_bounds)) then
    raise exception 'a place outside the scope' using errcode = 'TS002';
  end if;
  if v_proposal is null then
    if p_source ->> 'batch' is not null then
      update intake.batch b set state = 'proposed' where b.id = (p_source ->> 'batch')::bigint and b.register = p_register
        and b.sender = access.actor() and b.state in ('received', 'checked');
      if not found then raise exception 'the batch is decided, or another''s' using errcode = 'TS006'; end if;
    end if;
    insert into registers.proposal (register, sender, way, file_name, file_sha256, sheets, reason, batch)
    values (p_register, access.actor(), p_source ->> 'way', p_source ->> 'file_name', p_source ->> 'file_sha256',
      coalesce(array(select jsonb_array_elements_text(p_source -> 'sheets')), '{}'), p_source ->> 'reason',
      (p_source ->> 'batch')::bigint) returning id into v_proposal;
    insert into access.event (actor, action, subject, facts) values (access.actor(), 'propose', p_register || '/' || v_proposal,
      jsonb_build_object('proposal', v_proposal, 'rows', p_source -> 'rows', 'batch', p_source -> 'batch'));
  elsif not exists (select from registers.proposal p where p.id = v_proposal and p.register = p_register
      and p.sender = access.actor() and p.xmin = pg_current_xact_id()::xid) then
    raise exception 'a proposal that is complete' using errcode = 'TS003';
  end if;
  insert into registers.proposal_line (proposal, op, area, key, content, record, base, source_sheet, source_row)
  select v_proposal, 'put', (r ->> 'area')::bigint, r ->> 'key', r -> 'content', (r ->> 'record')::bigint, (r ->> 'base')::integer,
    (r ->> 'sheet')::smallint, (r ->> 'row')::integer
  from jsonb_array_elements(p_rows) with ordinality e (r, at) where r ->> 'op' = 'put' order by at;
  select count(*) into v_gone from jsonb_array_elements(p_rows) r where r ->> 'op' = 'gone';
  if v_gone > 0 then
    execute format('insert into registers.proposal_line (proposal, op, area, key, record, base)'
      ' select $1, ''gone'', k.area, k.key, k.id, k.version from registers.%I k where k.id in'
      ' (select (r ->> ''record'')::bigint from jsonb_array_elements($2) r where r ->> ''op'' = ''gone'')'
      ' and access.inside(k.place, $3) and access.inside(k.place, $4) order by k.id', p_register)
      using v_proposal, p_rows, v_bounds, v_read;
    get diagnostics v_found = row_count;
    if v_found <> v_gone then raise exception 'a record has gone meanwhile' using errcode = 'TS001'; end if;
  end if;
  return v_proposal;
end $$;
comment on function registers.propose is 'Puts a change set before the department, in one call or several of one transaction; a batch is proposed once, by its sender.';

create function registers.proposals(p_only bigint default null, p_batch bigint default null)
returns table (id bigint, register text, sender text, way text, file_name text, file_sha256 text, sheets text[], reason text,
  batch bigint, at timestamptz, own boolean, rows bigint, waiting bigint, approved bigint, returned bigint, decided_at timestamptz)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select p.id, p.register, p.sender, p.way, p.file_name, p.file_sha256, p.sheets, p.reason, p.batch, p.at,
    p.sender = access.actor(), c.*
  from registers.proposal p cross join lateral (
    select count(*), count(*) filter (where s.line is null), count(*) filter (where s.state = 'approved'),
      count(*) filter (where s.state = 'returned'), max(s.at)
    from registers.proposal_line l left join registers.proposal_state s on s.line = l.id where l.proposal = p.id
  ) c (rows, waiting, approved, returned, decided_at)
  where (p_only is null or p.id = p_only) and (p_batch is null or p.batch = p_batch)
    and (p.sender = access.actor() or registers.decides(p.id))
  order by c.waiting = 0, p.id desc limit 200
$$;
comment on function registers.proposals is 'The proposals that the transaction''s actor sent or may decide, what waits on top.';

create function registers.proposal_lines(p_proposal bigint)
returns table (id bigint, op text, area bigint, place bigint, key text, content text, record bigint, base integer, source_sheet smallint,
  source_row integer, state text, actor text, remark text, change_set bigint, at timestamptz)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select l.id, l.op, l.area, t.low, l.key, l.content::text, l.record, l.base, l.source_sheet, l.source_row,
    coalesce(s.state, 'waiting'), s.actor, s.remark, s.change_set, s.at
  from registers.proposal_line l left join registers.proposal_state s on s.line = l.id left join areas.tree t on t.area = l.area
  where l.proposal = p_proposal and exists (select from registers.proposals(p_proposal)) order by l.id
$$;
comment on function registers.proposal_lines is 'The rows of a proposal, to its sender and to whoever may decide it.';

create function registers.decide_lines(p_proposal bigint, p_lines bigint[], p_state text, p_remarks text[], p_change_set bigint)
returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_proposal registers.proposal;
  v_done bigint;
begin
  select * into v_proposal from registers.proposal p where p.id = p_proposal for update;
  if not (case p_state when 'withdrawn' then v_proposal.sender = access.actor() and p_change_set is null
         when 'returned' then registers.decides(p_proposal) and p_change_set is null
         when 'approved' then registers.decides(p_proposal) and exists (
           select from registers.change_set s join registers.seconded d on d.change_set = s.id and d.proposal = p_proposal
           where s.id = p_change_set and s.author = access.actor() and s.xmin = pg_current_xact_id()::xid)
         else false end) then
    raise exception 'nobody who may decide' using errcode = 'TS003';
  end if;
  insert into registers.proposal_state (line, state, actor, remark, change_set)
  select l.id, p_state, access.actor(), d.remark, p_change_set
  from unnest(p_lines, p_remarks) d (line, remark) join registers.proposal_line l on l.id = d.line and l.proposal = p_proposal
  where not exists (select from registers.proposal_state s where s.line = l.id);
  get diagnostics v_done = row_count;
  if v_done <> cardinality(p_lines) then raise exception 'decided meanwhile' using errcode = 'TS006'; end if;
  insert into access.event (actor, action, subject, facts)
  values (access.actor(), 'proposal.' || p_state, v_proposal.register || '/' || p_proposal, jsonb_build_object(
    'proposal', p_proposal, 'rows', v_done, 'proposer', v_proposal.sender, 'change_set', p_change_set));
  perform registers.end_batch(v_proposal);
end $$;
comment on function registers.decide_lines is 'Appends what became of rows that wait: approved by a change set of this very transaction, returned with remarks, or withdrawn by their sender.';

create function registers.end_batch(p_proposal registers.proposal) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
  update intake.batch b set change_set = c.change_set, state = case when c.waiting > 0 then 'proposed'
      when c.approved > 0 then 'committed' when c.returned > 0 then 'refused' else 'dropped' end
  from (select max(s.change_set) as change_set, count(*) filter (where s.line is null) as waiting,
      count(*) filter (where s.state = 'approved') as approved, count(*) filter (where s.state = 'returned') as returned
    from registers.proposal_line l left join registers.proposal_state s on s.line = l.id where l.proposal = p_proposal.id) c
  where b.id = p_proposal.batch
$$;
revoke execute on function registers.end_batch from public;
comment on function registers.end_batch is 'Inner: the state of a batch follows from its rows.';

-- Erasure of a person takes the rows that wait or waited for a second person, as it takes those of transfers.

create function registers.erase_lines(p_lines bigint[], p_reason text) returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_erased integer;
begin
  insert into registers.proposal_state (line, state, actor, remark)
    select i, 'erased', access.actor(), p_reason from unnest(p_lines) i
    where not exists (select from registers.proposal_state d where d.line = i);
  update registers.proposal_line set key = null, content = null, erased_at = clock_timestamp() where id = any (p_lines) and erased_at is null;
  get diagnostics v_erased = row_count;
  perform registers.end_batch(p) from registers.proposal p
    where p.id in (select l.proposal from registers.proposal_line l where l.id = any (p_lines));
  return v_erased;
end $$;
revoke execute on function registers.erase_lines from public;
comment on function registers.erase_lines is 'Inner: key and content of rows go; those that wait end as erased.';

create function registers.erase_proposals(p_register text, p_fields text[], p_number text, p_reason text,
  out erased integer, out beyond integer)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_bounds bigint[] := access.bounds(p_register, 'approve');
  v_ids bigint[];
begin
  if not access.may(p_register, 'approve') then
    raise exception 'nobody who may erase here' using errcode = 'TS003';
  end if;
  select array_agg(l.id) filter (where access.inside(a.low, v_bounds)), count(*) filter (where not access.inside(a.low, v_bounds))
    into v_ids, beyond from registers.proposal p join registers.proposal_line l on l.proposal = p.id left join areas.tree a on a.area = l.area
    where p.register = p_register and exists (select from unnest(p_fields) f where l.content ->> f = p_number);
  erased := registers.erase_lines(v_ids, p_reason);
end $$;
comment on function registers.erase_proposals is 'Key and content of the rows that name a person go; those still waiting end as erased.';

create or replace function privacy.drop_batches(p_files text[]) returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_count integer;
begin
  if not access.may('privacy', 'approve') then raise exception 'nobody who may do this' using errcode = 'TS003'; end if;
  update intake.batch set state = 'dropped' where file_sha256 = any (p_files) and state in ('received', 'checked', 'proposed', 'refused');
  get diagnostics v_count = row_count;
  return v_count;
end $$;

-- Who proposed what a commit writes (registers/sql/commit.sql asks): the sender of a proposal or of a row that waited, or
-- the officer who took down what a person says is right.

create function registers.proposer(p_register text, p_meta jsonb) returns text
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select case when p_meta ->> 'proposal' is not null then (select p.sender from registers.proposal p
      where p.id = (p_meta ->> 'proposal')::bigint and p.register = p_register and registers.decides(p.id))
    when p_meta ->> 'transfer' is not null then (select t.sender from registers.transfer t
      where t.id = (p_meta ->> 'transfer')::bigint and t.register = p_register and t.sender <> access.actor())
    when p_meta ->> 'case' is not null then (select s.actor from privacy.step s
      where s."case" = (p_meta ->> 'case')::bigint and s.action = 'proposed' and s.facts ->> 'register' = p_register
      order by s.id desc limit 1) end
$$;
revoke execute on function registers.proposer from public;
comment on function registers.proposer is 'Inner: who proposed it, other than whoever writes it; null where nobody did.';

drop function registers.told;
create function registers.told(p_register text, p_records bigint[])
returns table (change_set bigint, at timestamptz, author text, way text, reason text, file_name text, sheets text[], proposer text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not exists (select from registers.register r where r.register = p_register) then return; end if;
  return query execute format(
    'select s.id, s.at, s.author, s.way, s.reason, s.file_name, s.sheets, d.proposer from registers.change_set s'
    ' left join registers.seconded d on d.change_set = s.id where s.id in ('
    ' select unnest(array[r.change_set, r.origin]) from registers.%1$I r where r.id = any ($1) and access.inside(r.place, $2)'
    ' union select unnest(array[h.change_set, h.origin, h.until_change_set]) from history.%1$I h where h.id = any ($1) and access.inside(h.place, $2))',
    p_register) using p_records, access.bounds(p_register);
end $$;
comment on function registers.told is 'Of records that the scope may read: the change sets that brought and ended their versions, whoever proposed and made them.';

-- What waits for a second person waits for the round's answer too.

create or replace function rounds.arrived(p_round bigint)
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
      ' open as (select distinct on (s.area) s.area, s.summary from sent s where s.state in (''received'', ''checked'', ''proposed'')'
      '   order by s.area, s.received_at desc)'
      ' select u.area, %1$L::text, case when d.area is null and c.area is null then null else greatest(d.rows, c.rows, 0) end,'
      '   greatest(d.at, l.at), (case when o.area is null then 0 else 1 end)::bigint,'
      '   coalesce((o.summary ->> ''errors'')::bigint, 0), coalesce((o.summary ->> ''good'')::bigint, 0)'
      ' from units u left join came c on c.area = u.area left join registers.change_set l on l.id = c.latest'
      ' left join done d on d.area = u.area left join open o on o.area = u.area', v_register)
      using p_round, v_round.after_set, v_read, v_propose, v_round.opened_at, v_low, v_high;
  end loop;
end $$;

-- What waits for a second person is kept, found and told as what waits for the department (0016).

create or replace function registers.waiting_rows(p_register text, p_fields text[], p_number text)
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
      and not exists (select from registers.transfer_state d where d.transfer = t.id and d.state <> 'waiting')
    union all
    select case when access.inside(a.low, v_bounds) then l.area end, case when access.inside(a.low, v_bounds) then p.at end
    from registers.proposal p join registers.proposal_line l on l.proposal = p.id left join areas.tree a on a.area = l.area
    where p.register = p_register and access.may(p_register, 'read')
      and exists (select from unnest(p_fields) f where l.content ->> f = p_number)
      and not exists (select from registers.proposal_state d where d.line = l.id);
end $$;

create or replace function access.rows_waiting_for_own(p_token bytea, p_number text, p_now timestamptz)
returns table (register text, area bigint, at timestamptz)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
  if not access.citizen_is(p_token, p_number, p_now) then return; end if;
  return query select t.register, t.area, t.at from access.citizen_numbers() n join registers.transfer t on t.register = n.register
    where exists (select from unnest(n.fields) f where t.content ->> f = p_number)
      and not exists (select from registers.transfer_state d where d.transfer = t.id and d.state <> 'waiting')
    union all
    select p.register, l.area, p.at from access.citizen_numbers() n join registers.proposal p on p.register = n.register
    join registers.proposal_line l on l.proposal = p.id
    where exists (select from unnest(n.fields) f where l.content ->> f = p_number)
      and not exists (select from registers.proposal_state d where d.line = l.id);
end $$;

create or replace function privacy.needed(p_file text) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_register text;
  v_found boolean;
begin
  if exists (select from registers.transfer t where t.file_sha256 = p_file and t.erased_at is null)
     or exists (select from intake.batch b where b.file_sha256 = p_file and b.state in ('received', 'checked', 'proposed', 'refused'))
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

create function registers.end_proposals(p_register text, p_field text, p_before date, p_reason text) returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_bounds bigint[] := access.bounds(p_register, 'approve');
  v_root bigint := (select min(t.low) from areas.tree t);
  v_ids bigint[];
begin
  if not access.may(p_register, 'approve') then
    raise exception 'nobody who may erase here' using errcode = 'TS003';
  end if;
  select array_agg(l.id) into v_ids from registers.proposal p join registers.proposal_line l on l.proposal = p.id
    left join areas.tree a on a.area = l.area
    where p.register = p_register and l.erased_at is null and (l.content ->> p_field) collate "C" < p_before::text
      and access.inside(coalesce(a.low, v_root), v_bounds);
  if p_reason is not null then perform registers.erase_lines(v_ids, p_reason); end if;
  return coalesce(cardinality(v_ids), 0);
end $$;
comment on function registers.end_proposals is 'Rows that wait, or waited, for a second person and whose day lies before the one given: how many; with a reason they are erased.';

