-- Ledgers: what is signed of them, and how each version of a record is bound to its change set.
-- Nothing here is granted to the application: checkpoints are made and read by the owner.

create schema if not exists ledgers;

create table ledgers.leaf (
  ledger text not null,
  position bigint not null,
  row_id bigint not null,
  hash bytea not null check (octet_length(hash) = 32),
  primary key (ledger, position)
);
comment on table ledgers.leaf is 'Hash of each leaf that a checkpoint covers, positions from 0; by them a row that was altered later is named.';
create unique index on ledgers.leaf (ledger, row_id);

create table ledgers.checkpoint (
  ledger text not null,
  number bigint not null,
  size bigint not null,
  root bytea not null,
  at timestamptz not null,
  occasion text not null,
  note text not null,
  frontier bytea not null,
  primary key (ledger, number)
);
comment on table ledgers.checkpoint is 'Signed checkpoints (C2SP tlog-checkpoint); the same notes stand in TINHSO_HOME/checkpoints, outside the database.';
comment on column ledgers.checkpoint.frontier is 'Roots of the perfect trees of the leaves so far, 32 bytes each, largest first: the next checkpoint goes on from here.';

create table ledgers.erased_version (
  register text not null,
  id bigint not null,
  version integer not null,
  act bigint not null references registers.change_set,
  primary key (register, id, version)
);
comment on table ledgers.erased_version is 'Versions whose content, salt and fingerprint were erased, and the change set (way erasure) whose digest covers them.';

create function ledgers.only_append() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  raise exception 'ledgers are only appended to' using errcode = 'TS004';
end $$;

create trigger only_append before update or delete or truncate on ledgers.leaf
  for each statement execute function ledgers.only_append();
create trigger only_append before update or delete or truncate on ledgers.checkpoint
  for each statement execute function ledgers.only_append();
create trigger only_append before update or delete or truncate on ledgers.erased_version
  for each statement execute function ledgers.only_append();

-- Change sets of this form bind, in their digest, each version's id, number and source as well as its content.
alter table registers.change_set add column form smallint;
comment on column registers.change_set.form is 'How the digest was made: null over the digests of the versions alone, 2 over their ids, numbers and sources too.';

alter table registers.change_set drop constraint change_set_way_check;
alter table registers.change_set add constraint change_set_way_check
  check (way in ('file', 'form', 'api', 'undo', 'erasure'));
