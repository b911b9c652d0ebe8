-- What the engine "jdbc" of keyedsequential keeps in PostgreSQL 13 or later. May be run again, and stands as it is in a migration of
-- Flyway or Liquibase. With keyedsequential.jdbc.table-prefix every "keyed_" becomes that prefix.

-- The calls that have not ended. The ids order those of one key, so that the identity must not be given a cache.
create table if not exists keyed_item (
  id bigint generated always as identity primary key,
  atom varchar(100) not null,
  item_key varchar(200) not null,
  operation varchar(200) not null,
  label varchar(100),
  arguments text not null,
  headers text,
  idempotency_key varchar(200),
  run_after timestamp with time zone,
  created_at timestamp with time zone default current_timestamp not null,
  attempts int default 0 not null,
  attempts_before int default 0 not null,
  attempt_began_at timestamp with time zone,
  attempt_failed_at timestamp with time zone,
  revivals int default 0 not null,
  unreadable_since timestamp with time zone,
  last_error varchar(4000));
create index if not exists keyed_item_lane on keyed_item (atom, item_key, id);

-- A lane for each key that has calls: an execution of db-scheduler, with three columns more than it knows.
-- The free room lets a lane be picked without touching an index.
create table if not exists keyed_lane (
  task_name varchar(100) not null,
  task_instance varchar(200) not null,
  task_data bytea,
  execution_time timestamp with time zone not null,
  picked boolean not null,
  picked_by varchar(50),
  last_success timestamp with time zone,
  last_failure timestamp with time zone,
  consecutive_failures int,
  last_heartbeat timestamp with time zone,
  version bigint not null,
  priority smallint,
  state varchar(20),
  paused boolean default false not null,
  paused_at timestamp with time zone,
  constraint keyed_lane_pk primary key (task_name, task_instance)) with (fillfactor = 70);
create index if not exists keyed_lane_due on keyed_lane (task_name, execution_time);

-- What operators have set for all instances; no row, nothing set.
create table if not exists keyed_atom (
  atom varchar(100) primary key,
  paused boolean default false not null,
  max_concurrency int,
  changed_at timestamp with time zone not null);

-- The idempotency keys that are known: of calls that are stored, and of those that have ended lately.
create table if not exists keyed_done (
  atom varchar(100) not null,
  idempotency_key varchar(200) not null,
  item_id bigint not null,
  finished_at timestamp with time zone,
  constraint keyed_done_pk primary key (atom, idempotency_key));
create index if not exists keyed_done_finished on keyed_done (finished_at);

-- What all instances share: the secret under which keys are masked.
create table if not exists keyed_setting (
  name varchar(100) primary key,
  setting_value varchar(4000) not null);
