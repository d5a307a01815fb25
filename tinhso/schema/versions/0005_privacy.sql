-- Privacy: what persons ask about their data and what was done, in steps that are only ever added; what was erased,
-- restricted and agreed to. Personal words stand apart from the steps, so that they can be erased while the steps stay.

create schema privacy;
grant usage on schema privacy to tinhso_app;

alter table registers.change_set drop constraint if exists change_set_way_check;
alter table registers.change_set add constraint change_set_way_check
  check (way in ('file', 'form', 'api', 'undo', 'erasure'));

create table privacy.case (
  id bigint generated always as identity primary key,
  kind text not null check (kind in ('see', 'correct', 'restrict', 'delete', 'withdraw', 'object', 'breach')),
  area bigint not null references areas.area,
  place bigint not null,
  person bytea,
  law text not null,
  received_at timestamptz not null,
  channel text not null,
  recorded_at timestamptz not null default clock_timestamp()
);
comment on table privacy.case is 'What somebody asked, or a breach. The case is its steps; this row never changes but for its place.';
comment on column privacy.case.person is 'Keyed hash of the personal number: the same person is known again, the number cannot be read from it.';
comment on column privacy.case.law is 'The law in force when it was received, by which its terms run (rules/rights.yaml).';
create index on privacy.case (place);
create index on privacy.case (person);

create table privacy.step (
  id bigint generated always as identity primary key,
  "case" bigint not null references privacy.case,
  action text not null check (action in ('received', 'identified', 'assigned', 'shared', 'extended', 'answered', 'noted',
    'proposed', 'carried_out', 'refused', 'notified', 'closed')),
  at timestamptz not null default clock_timestamp(),
  actor text not null,
  facts jsonb not null default '{}'
);
comment on table privacy.step is 'Each step of a case: who did what, when. Facts hold numbers, names of laws and of officers, never the person''s data.';
create index on privacy.step ("case", id);
create unique index on privacy.step ("case", action) where action in ('received', 'extended', 'closed');

create table privacy.subject (
  "case" bigint primary key references privacy.case,
  citizen_id text,
  name text,
  contact text,
  request text,
  erased_at timestamptz
);
comment on table privacy.subject is 'Who asks, and in which words. Erased when a deletion is closed.';

create table privacy.words (
  step bigint primary key references privacy.step,
  "case" bigint not null references privacy.case,
  words text,
  erased_at timestamptz
);
comment on table privacy.words is 'What an officer wrote to a step. Erased with the subject.';

create table privacy.correction (
  id bigint generated always as identity primary key,
  "case" bigint not null references privacy.case,
  register text not null references registers.register,
  record bigint not null,
  field text not null,
  value text,
  erased_at timestamptz
);
comment on table privacy.correction is 'Values that a person says are right, as written; they become a change set once checked and approved.';

create table privacy.restriction (
  id bigint generated always as identity primary key,
  register text not null references registers.register,
  record bigint not null,
  "case" bigint not null references privacy.case,
  way text not null check (way in ('restricted', 'lifted')),
  at timestamptz not null default clock_timestamp(),
  actor text not null
);
comment on table privacy.restriction is 'Ledger: records that only those handling the case may see, from restricted to lifted.';
create index on privacy.restriction (register, record, id);

create table privacy.erased (
  register text not null references registers.register,
  record bigint not null,
  version integer not null,
  digest bytea not null,
  change_set bigint not null references registers.change_set,
  "case" bigint references privacy.case,
  rule text,
  at timestamptz not null default clock_timestamp(),
  actor text not null,
  reason text not null,
  area bigint not null,
  place bigint not null,
  primary key (register, record, version)
);
comment on table privacy.erased is 'Versions whose content, fingerprint and salt were erased; their digest stays, so the chain still closes.';
comment on column privacy.erased.rule is 'The retention rule, where no person asked.';
create index on privacy.erased (change_set);

create table privacy.erased_file (
  sha256 text not null,
  "case" bigint references privacy.case,
  change_set bigint references registers.change_set,
  names text[] not null,
  at timestamptz not null default clock_timestamp(),
  actor text not null,
  reason text not null
);
comment on table privacy.erased_file is 'Stored files that were erased because they held somebody''s rows.';
create index on privacy.erased_file (sha256);

create table privacy.consent (
  id bigint generated always as identity primary key,
  person bytea not null,
  purpose text not null,
  action text not null check (action in ('given', 'withdrawn')),
  text_sha256 text not null,
  text_shown text not null,
  channel text not null,
  at timestamptz not null default clock_timestamp(),
  actor text not null
);
comment on table privacy.consent is 'Consents given and withdrawn, with the very text that was shown; the person is a keyed hash.';
create index on privacy.consent (person, purpose, id);

-- Steps, restrictions, erasures and consents are only added to; a row's place follows when areas are numbered anew.

create function privacy.only_append() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if tg_op = 'UPDATE' and to_jsonb(new) - 'place' = to_jsonb(old) - 'place' then return new; end if;
  raise exception 'this is only appended to' using errcode = 'TS005';
end $$;
do $$ declare v_table text; begin
  foreach v_table in array array['case', 'step', 'restriction', 'erased', 'erased_file', 'consent'] loop
    execute format('create trigger only_append before update or delete on privacy.%I for each row execute function privacy.only_append()', v_table);
    execute format('create trigger never_emptied before truncate on privacy.%I for each statement execute function privacy.only_append()', v_table);
  end loop;
end $$;

-- Who sees a case: whoever holds the verb for the register "privacy" where the case belongs.

create function privacy.holds(p_case bigint, p_verb text) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select exists (select from privacy.case c where c.id = p_case and access.inside(c.place, access.bounds('privacy', p_verb)))
$$;

alter table privacy.case enable row level security;
create policy within_scope on privacy.case for select to tinhso_app
  using (access.inside(place, (select access.bounds('privacy'))));
create policy within_scope_added on privacy.case for insert to tinhso_app
  with check (access.inside(place, access.bounds('privacy', 'propose')));
alter table privacy.erased enable row level security;
create policy within_scope on privacy.erased for select to tinhso_app
  using (access.inside(place, access.bounds(register)));
alter table privacy.consent enable row level security;
create policy within_scope on privacy.consent for select to tinhso_app using ((select access.may('privacy', 'read')));
create policy within_scope_added on privacy.consent for insert to tinhso_app
  with check (access.may('privacy', 'propose') and actor = access.actor());
alter table privacy.erased_file enable row level security;
create policy within_scope on privacy.erased_file for select to tinhso_app using ((select access.may('privacy', 'read')));
create policy within_scope_added on privacy.erased_file for insert to tinhso_app
  with check (access.may('privacy', 'approve') and actor = access.actor());
do $$ declare v_table text; begin
  foreach v_table in array array['step', 'subject', 'words', 'correction', 'restriction'] loop
    execute format('alter table privacy.%I enable row level security', v_table);
    execute format('create policy within_scope on privacy.%I for select to tinhso_app using (privacy.holds("case", ''read''))', v_table);
    execute format('create policy within_scope_added on privacy.%I for insert to tinhso_app with check (privacy.holds("case", ''propose''))', v_table);
  end loop;
end $$;
create policy own_name on privacy.step as restrictive for insert to tinhso_app with check (actor = access.actor());
create policy own_name on privacy.restriction as restrictive for insert to tinhso_app with check (actor = access.actor());

grant select, insert on privacy.case, privacy.step, privacy.subject, privacy.words, privacy.correction,
  privacy.restriction, privacy.consent, privacy.erased_file to tinhso_app;
grant select on privacy.erased to tinhso_app;
grant usage on all sequences in schema privacy to tinhso_app;

-- What a case, and the closed cases of the same person, keep of the person goes; steps, laws and days stay.

create function privacy.forget(p_case bigint) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_cases bigint[];
begin
  if not privacy.holds(p_case, 'approve') then raise exception 'a case outside the scope' using errcode = 'TS002'; end if;
  select array_agg(o.id) into v_cases from privacy.case c join privacy.case o on o.id = c.id or o.person = c.person
    and exists (select from privacy.step s where s."case" = o.id and s.action = 'closed') where c.id = p_case;
  update privacy.subject set citizen_id = null, name = null, contact = null, request = null, erased_at = clock_timestamp()
    where "case" = any (v_cases) and erased_at is null;
  update privacy.words set words = null, erased_at = clock_timestamp() where "case" = any (v_cases) and erased_at is null;
  update privacy.correction set value = null, erased_at = clock_timestamp() where "case" = any (v_cases) and erased_at is null;
  return cardinality(v_cases);
end $$;
comment on function privacy.forget is 'Erase subject, words and corrections of a case and of the closed cases of the same person; returns how many cases.';

create function privacy.drop_batches(p_files text[]) returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_count integer;
begin
  if not access.may('privacy', 'approve') then raise exception 'nobody who may do this' using errcode = 'TS003'; end if;
  update intake.batch set state = 'dropped' where file_sha256 = any (p_files) and state in ('received', 'checked', 'refused');
  get diagnostics v_count = row_count;
  return v_count;
end $$;
comment on function privacy.drop_batches is 'Batches that wait for a decision are dropped when their file was erased.';

create function privacy.sources(p_acts bigint[]) returns setof text
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_register text;
begin
  for v_register in select distinct e.register from privacy.erased e where e.change_set = any (p_acts)
    and access.inside(e.place, access.bounds(e.register, 'approve')) loop
    return query execute format('select distinct s.file_sha256 from privacy.erased e join history.%I h on (h.id, h.version) = (e.record, e.version)'
      ' join registers.change_set s on s.id in (h.change_set, h.origin)'
      ' where e.register = %L and e.change_set = any ($1) and s.file_sha256 is not null', v_register, v_register) using p_acts;
  end loop;
end $$;
comment on function privacy.sources is 'The files in which versions came that these acts erased.';

create function privacy.emptied(p_acts bigint[]) returns setof text
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_file text;
  v_register text;
  v_left boolean;
begin
  for v_file in select s.f from privacy.sources(p_acts) s (f) order by 1 loop
    v_left := false;
    for v_register in select distinct c.register from registers.change_set c where c.file_sha256 = v_file loop
      if not v_left then
        execute format('select exists (select from registers.%1$I v join registers.change_set s on s.id in (v.change_set, v.origin)'
          ' where s.file_sha256 = $1) or exists (select from history.%1$I v join registers.change_set s on s.id in (v.change_set, v.origin)'
          ' where s.file_sha256 = $1 and v.fingerprint is not null)', v_register) into v_left using v_file;
      end if;
    end loop;
    if not v_left then return next v_file; end if;
  end loop;
end $$;
comment on function privacy.emptied is 'Of the files of these acts, those whose every row was erased.';

-- Restricted records: gone from every list, page and export of whoever is not handling the case.

create function registers.hidden(p_register text) returns bigint[]
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select coalesce(array_agg(distinct l.record), '{}') from (
    select distinct on (r.record, r."case") r.record, r."case", r.way from privacy.restriction r
    where r.register = p_register order by r.record, r."case", r.id desc
  ) l where l.way = 'restricted' and access.actor() is distinct from (
    select s.facts ->> 'to' from privacy.step s where s."case" = l."case" and s.action = 'assigned' order by s.id desc limit 1)
$$;
comment on function registers.hidden is 'Records restricted at a person''s request that the transaction''s actor is not handling.';

create function registers.nothing_hidden(p_register text) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select not exists (select from privacy.restriction r where r.register = p_register)
$$;
comment on function registers.nothing_hidden is 'Whether no record of the register was ever restricted, which is nearly always so and asked once a query.';

do $$ declare v_register text; v_schema text; begin
  for v_register in select register from registers.register loop
    foreach v_schema in array array['registers', 'history'] loop
      execute format('create policy not_restricted on %I.%I as restrictive for select to tinhso_app using ('
        '(select registers.nothing_hidden(%L)) or id <> all ((select registers.hidden(%L))::bigint[]))',
        v_schema, v_register, v_register, v_register);
    end loop;
  end loop;
end $$;
