-- open_$name: make this transaction's inbox and let the application fill it (COPY is refused on tables with row security)
create or replace function registers.open_$name() returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$$$
declare
  v_inbox text := '${name}_' || pg_current_xact_id();
begin
  if not access.may('$name', 'approve') then
    raise exception 'nobody who may write here' using errcode = 'TS003';
  end if;
  execute format('create unlogged table inbox.%I (op text not null, id bigint, base integer, origin bigint, key text,'
    ' area bigint, place bigint, source_sheet smallint, source_row integer, sort_key text, search text, fingerprint bytea,'
    ' salt bytea, $typed)', v_inbox);
  execute format('grant insert on inbox.%I to tinhso_app', v_inbox);
  return v_inbox;
end $$$$;
