-- Free jobs of a type that a class bounds, as many as there is room for. Whoever asks locks the class until its claim is
-- stored, and counts with the eyes of the next statement, which sees what the one before has claimed: so two nodes never
-- share a place.
create function free_bounded_jobs(type text, at bigint, at_most int)
returns setof bigint language plpgsql as $$
declare
  bound task_class%rowtype;
  room int;
begin
  select * into bound from task_class where job_type = type;
  if not found then
    return;
  end if;
  perform from task_class where class = bound.class order by job_type for update;
  select bound.max_running - count(*) into room
  from job
  where job_type in (select c.job_type from task_class c where c.class = bound.class)
    and retries > 0 and available_at > at and worker is not null;
  if room <= 0 then
    return;
  end if;
  return query
    with recursive level as (
      (select priority from job where job_type = type and retries > 0 order by priority desc limit 1)
      union all
      select (
        select j.priority from job j
        where j.job_type = type and j.retries > 0 and j.priority < level.priority
        order by j.priority desc
        limit 1
      )
      from level
      where level.priority is not null
    )
    select one.key
    from level cross join lateral (
      select j.key from job j
      where j.job_type = type and j.retries > 0 and j.priority = level.priority and j.available_at <= at
      order by j.available_at
      limit least(room, at_most)
      for update skip locked
    ) one
    limit least(room, at_most);
end
$$;
