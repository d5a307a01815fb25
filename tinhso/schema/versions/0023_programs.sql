-- A role that a program holds does not come to administer either: the guard on grants alone let it in by the back door.

create function access.no_program_comes_to_administer() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if exists (select from access.grant g join access.person p on p.id = g.person
      where p.client and g.role = new.role and g.revoked_at is null and (g.valid_to is null or g.valid_to > now())) then
    raise exception 'a program does not administer' using errcode = 'TS015';
  end if;
  return null;
end $$;
create trigger no_program_comes_to_administer after update on access.role for each row
  when ((new.declaration ->> 'administer')::boolean and not coalesce((old.declaration ->> 'administer')::boolean, false))
  execute function access.no_program_comes_to_administer();
