-- The schema core as the migrations make it; made by `make docs`.

CREATE SCHEMA core;

CREATE TYPE core.pgqueuer_status AS ENUM (
    'queued',
    'picked',
    'successful',
    'exception',
    'canceled',
    'deleted',
    'failed'
);

CREATE FUNCTION core.drop_month_partitions(parent text, before date) RETURNS SETOF text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    SET "TimeZone" TO 'UTC'
    AS $_$
declare
    child text;

begin
    if not exists (select 1 from core.partitioned_tables t where t.table_name = parent) then
        return;

    end if;

    for child in
        select format('%I.%I', n.nspname, c.relname)
        from pg_inherits i
        join pg_class c on c.oid = i.inhrelid
        join pg_namespace n on n.oid = c.relnamespace
        where i.inhparent = parent::regclass
          and c.relname ~ '_[0-9]{4}_[0-9]{2}$'
          and to_date(right(c.relname, 7), 'YYYY_MM') < date_trunc('month', before)
        order by c.relname
    loop
        execute format('alter table %s detach partition %s', parent, child);

        execute format('drop table %s', child);

        return next child;

    end loop;

end $_$;

CREATE FUNCTION core.fn_pgqueuer_changed() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
DECLARE
    to_emit BOOLEAN := false;  -- Flag to decide whether to emit a notification
BEGIN
    -- Check operation type and set the emit flag accordingly
    IF TG_OP = 'UPDATE' AND OLD IS DISTINCT FROM NEW THEN
        to_emit := true;

    ELSIF TG_OP = 'DELETE' THEN
        to_emit := true;

    ELSIF TG_OP = 'INSERT' THEN
        to_emit := true;

    ELSIF TG_OP = 'TRUNCATE' THEN
        to_emit := true;

    END IF;

    -- Perform notification if the emit flag is set
    IF to_emit THEN
        PERFORM pg_notify(
            'ch_pgqueuer',
            json_build_object(
                'channel', 'ch_pgqueuer',
                'operation', lower(TG_OP),
                'sent_at', NOW(),
                'table', TG_TABLE_NAME,
                'type', 'table_changed_event'
            )::text
        );

    END IF;

    -- Return appropriate value based on the operation
    IF TG_OP IN ('INSERT', 'UPDATE') THEN
        RETURN NEW;

    ELSIF TG_OP = 'DELETE' THEN
        RETURN OLD;

    ELSE
        RETURN NULL; -- For TRUNCATE and other non-row-specific contexts
    END IF;

END;

$$;

CREATE FUNCTION core.make_month_partition(parent text, month date) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    SET "TimeZone" TO 'UTC'
    AS $$
declare
    first  date := date_trunc('month', month)::date;

    until  date := (date_trunc('month', month) + interval '1 month')::date;

    child  text := format('%s_%s', parent, to_char(month, 'YYYY_MM'));

    key    text;

begin
    if not exists (select 1 from core.partitioned_tables t where t.table_name = parent and first >= t.first_month) then
        return false;

    end if;

    if to_regclass(child) is not null then
        return false;

    end if;

    -- Whoever else makes it, and whoever writes, waits: a row on its way to the default partition would be
    -- refused by it once the month has its own.
    execute format('lock table only %s in share row exclusive mode', parent);

    if to_regclass(child) is not null then
        return false;

    end if;

    select a.attname into strict key
    from pg_partitioned_table p
    join pg_attribute a on a.attrelid = p.partrelid and a.attnum = p.partattrs[0]
    where p.partrelid = parent::regclass;

    execute format('create table %s (like %s including all)', child, parent);

    execute format('revoke all on %s from guildhall_app, guildhall_jobs, guildhall_readonly', child);

    execute format('with caught as (delete from %s_default where %I >= %L and %I < %L returning *)
                    insert into %s select * from caught', parent, key, first, key, until, child);

    execute format('alter table %s attach partition %s for values from (%L) to (%L)', parent, child, first, until);

    return true;

end $$;

CREATE UNLOGGED TABLE core.cache_leases (
    cache_key text NOT NULL,
    holder uuid NOT NULL,
    expires_at timestamp with time zone NOT NULL
);

CREATE TABLE core.cached_data (
    id uuid NOT NULL,
    cache_key text NOT NULL,
    data json NOT NULL,
    status smallint DEFAULT 200 NOT NULL,
    as_of timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT cached_data_cache_key_check CHECK (((char_length(cache_key) >= 1) AND (char_length(cache_key) <= 500))),
    CONSTRAINT cached_data_status_check CHECK ((status = ANY (ARRAY[200, 404])))
);

CREATE TABLE core.jobs (
    id uuid NOT NULL,
    job_type text NOT NULL,
    handler text,
    character_id text,
    status text DEFAULT 'pending'::text NOT NULL,
    priority integer DEFAULT 0 NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    payload jsonb,
    result jsonb,
    error text,
    queue_id bigint,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    started_at timestamp with time zone,
    completed_at timestamp with time zone,
    CONSTRAINT jobs_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'processing'::text, 'completed'::text, 'failed'::text])))
);

CREATE TABLE core.partitioned_tables (
    table_name text NOT NULL,
    ahead integer DEFAULT 3 NOT NULL,
    first_month date NOT NULL,
    CONSTRAINT partitioned_tables_ahead_check CHECK (((ahead >= 1) AND (ahead <= 24))),
    CONSTRAINT partitioned_tables_first_month_check CHECK ((EXTRACT(day FROM first_month) = (1)::numeric))
);

CREATE TABLE core.pgqueuer (
    id bigint NOT NULL,
    priority integer NOT NULL,
    queue_manager_id uuid,
    created timestamp with time zone DEFAULT now() NOT NULL,
    updated timestamp with time zone DEFAULT now() NOT NULL,
    heartbeat timestamp with time zone DEFAULT now() NOT NULL,
    execute_after timestamp with time zone DEFAULT now() NOT NULL,
    status core.pgqueuer_status NOT NULL,
    entrypoint text NOT NULL,
    dedupe_key text,
    payload bytea,
    headers jsonb,
    attempts integer DEFAULT 0 NOT NULL,
    slot bigint
)
WITH (autovacuum_vacuum_scale_factor='0.01', autovacuum_vacuum_threshold='1000', autovacuum_analyze_scale_factor='0.02', autovacuum_analyze_threshold='500', autovacuum_vacuum_cost_limit='10000', autovacuum_vacuum_cost_delay='0', fillfactor='70');

CREATE SEQUENCE core.pgqueuer_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE core.pgqueuer_id_seq OWNED BY core.pgqueuer.id;

CREATE TABLE core.pgqueuer_log (
    id bigint NOT NULL,
    created timestamp with time zone DEFAULT now() NOT NULL,
    job_id bigint NOT NULL,
    status core.pgqueuer_status NOT NULL,
    priority integer NOT NULL,
    entrypoint text NOT NULL,
    traceback jsonb,
    aggregated boolean DEFAULT false
)
WITH (autovacuum_vacuum_scale_factor='0.95', autovacuum_vacuum_threshold='1000000', autovacuum_analyze_scale_factor='0.05', autovacuum_analyze_threshold='10000');

ALTER TABLE core.pgqueuer_log ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME core.pgqueuer_log_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE core.pgqueuer_schedules (
    id bigint NOT NULL,
    expression text NOT NULL,
    entrypoint text NOT NULL,
    heartbeat timestamp with time zone DEFAULT now() NOT NULL,
    created timestamp with time zone DEFAULT now() NOT NULL,
    updated timestamp with time zone DEFAULT now() NOT NULL,
    next_run timestamp with time zone DEFAULT now() NOT NULL,
    last_run timestamp with time zone,
    status core.pgqueuer_status DEFAULT 'queued'::core.pgqueuer_status
)
WITH (autovacuum_vacuum_scale_factor='0.01', autovacuum_vacuum_threshold='1000', autovacuum_analyze_scale_factor='0.02', autovacuum_analyze_threshold='500', autovacuum_vacuum_cost_limit='10000', autovacuum_vacuum_cost_delay='0', fillfactor='70');

CREATE SEQUENCE core.pgqueuer_schedules_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE core.pgqueuer_schedules_id_seq OWNED BY core.pgqueuer_schedules.id;

CREATE TABLE core.pgqueuer_statistics (
    id bigint NOT NULL,
    created timestamp with time zone DEFAULT date_trunc('sec'::text, now()) NOT NULL,
    count bigint NOT NULL,
    priority integer NOT NULL,
    status core.pgqueuer_status NOT NULL,
    entrypoint text NOT NULL
)
WITH (autovacuum_vacuum_scale_factor='0.95', autovacuum_vacuum_threshold='1000000', autovacuum_analyze_scale_factor='0.05', autovacuum_analyze_threshold='10000');

CREATE SEQUENCE core.pgqueuer_statistics_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE core.pgqueuer_statistics_id_seq OWNED BY core.pgqueuer_statistics.id;

CREATE TABLE core.upstream_budgets (
    upstream text NOT NULL,
    minute_start timestamp with time zone NOT NULL,
    minute_used integer NOT NULL,
    day_start timestamp with time zone NOT NULL,
    day_used integer NOT NULL,
    blocked_until timestamp with time zone,
    CONSTRAINT upstream_budgets_day_used_check CHECK ((day_used >= 0)),
    CONSTRAINT upstream_budgets_minute_used_check CHECK ((minute_used >= 0))
)
WITH (fillfactor='50');

CREATE TABLE core.workers (
    id uuid NOT NULL,
    host text NOT NULL,
    pid integer NOT NULL,
    started_at timestamp with time zone NOT NULL,
    seen_at timestamp with time zone NOT NULL
);

ALTER TABLE ONLY core.pgqueuer ALTER COLUMN id SET DEFAULT nextval('core.pgqueuer_id_seq'::regclass);

ALTER TABLE ONLY core.pgqueuer_schedules ALTER COLUMN id SET DEFAULT nextval('core.pgqueuer_schedules_id_seq'::regclass);

ALTER TABLE ONLY core.pgqueuer_statistics ALTER COLUMN id SET DEFAULT nextval('core.pgqueuer_statistics_id_seq'::regclass);

ALTER TABLE ONLY core.cache_leases
    ADD CONSTRAINT cache_leases_pkey PRIMARY KEY (cache_key);

ALTER TABLE ONLY core.cached_data
    ADD CONSTRAINT cached_data_cache_key_key UNIQUE (cache_key);

ALTER TABLE ONLY core.cached_data
    ADD CONSTRAINT cached_data_pkey PRIMARY KEY (id);

ALTER TABLE ONLY core.jobs
    ADD CONSTRAINT jobs_pkey PRIMARY KEY (id);

ALTER TABLE ONLY core.partitioned_tables
    ADD CONSTRAINT partitioned_tables_pkey PRIMARY KEY (table_name);

ALTER TABLE ONLY core.pgqueuer_log
    ADD CONSTRAINT pgqueuer_log_pkey PRIMARY KEY (id);

ALTER TABLE ONLY core.pgqueuer
    ADD CONSTRAINT pgqueuer_pkey PRIMARY KEY (id);

ALTER TABLE ONLY core.pgqueuer_schedules
    ADD CONSTRAINT pgqueuer_schedules_expression_entrypoint_key UNIQUE (expression, entrypoint);

ALTER TABLE ONLY core.pgqueuer_schedules
    ADD CONSTRAINT pgqueuer_schedules_pkey PRIMARY KEY (id);

ALTER TABLE ONLY core.pgqueuer_statistics
    ADD CONSTRAINT pgqueuer_statistics_pkey PRIMARY KEY (id);

ALTER TABLE ONLY core.upstream_budgets
    ADD CONSTRAINT upstream_budgets_pkey PRIMARY KEY (upstream);

ALTER TABLE ONLY core.workers
    ADD CONSTRAINT workers_pkey PRIMARY KEY (id);

CREATE INDEX cached_data_by_expiry ON core.cached_data USING btree (expires_at);

CREATE INDEX jobs_by_character ON core.jobs USING btree (character_id) WHERE (character_id IS NOT NULL);

CREATE INDEX jobs_by_creation ON core.jobs USING btree (created_at);

CREATE INDEX jobs_by_status ON core.jobs USING btree (status, created_at);

CREATE INDEX jobs_by_type ON core.jobs USING btree (job_type, id DESC);

CREATE INDEX pgqueuer_ep_ea_idx ON core.pgqueuer USING btree (entrypoint, execute_after) WHERE (status = 'queued'::core.pgqueuer_status);

CREATE INDEX pgqueuer_ep_prio_id_idx ON core.pgqueuer USING btree (entrypoint, priority DESC, id) WHERE (status = 'queued'::core.pgqueuer_status);

CREATE INDEX pgqueuer_log_created ON core.pgqueuer_log USING btree (created);

CREATE INDEX pgqueuer_log_job_id_status ON core.pgqueuer_log USING btree (job_id, created DESC);

CREATE INDEX pgqueuer_log_not_aggregated ON core.pgqueuer_log USING btree ((1)) WHERE (NOT aggregated);

CREATE INDEX pgqueuer_log_status ON core.pgqueuer_log USING btree (status);

CREATE INDEX pgqueuer_picked_heartbeat_idx ON core.pgqueuer USING btree (heartbeat) WHERE (status = 'picked'::core.pgqueuer_status);

CREATE UNIQUE INDEX pgqueuer_picked_slot_idx ON core.pgqueuer USING btree (entrypoint, slot) WHERE ((status = 'picked'::core.pgqueuer_status) AND (slot IS NOT NULL));

CREATE INDEX pgqueuer_priority_id_id1_idx ON core.pgqueuer USING btree (priority, id DESC) INCLUDE (id) WHERE (status = 'queued'::core.pgqueuer_status);

CREATE INDEX pgqueuer_queue_manager_id_idx ON core.pgqueuer USING btree (queue_manager_id) WHERE (queue_manager_id IS NOT NULL);

CREATE UNIQUE INDEX pgqueuer_statistics_unique_count ON core.pgqueuer_statistics USING btree (priority, date_trunc('sec'::text, timezone('UTC'::text, created)), status, entrypoint);

CREATE UNIQUE INDEX pgqueuer_unique_dedupe_key ON core.pgqueuer USING btree (dedupe_key) WHERE ((status = ANY (ARRAY['queued'::core.pgqueuer_status, 'picked'::core.pgqueuer_status])) AND (dedupe_key IS NOT NULL));

CREATE INDEX pgqueuer_updated_id_id1_idx ON core.pgqueuer USING btree (updated, id DESC) INCLUDE (id) WHERE (status = 'picked'::core.pgqueuer_status);

CREATE TRIGGER tg_pgqueuer_changed AFTER INSERT OR DELETE OR UPDATE OR TRUNCATE ON core.pgqueuer FOR EACH STATEMENT EXECUTE FUNCTION core.fn_pgqueuer_changed();

GRANT USAGE ON SCHEMA core TO guildhall_app;

GRANT USAGE ON SCHEMA core TO guildhall_jobs;

GRANT USAGE ON SCHEMA core TO guildhall_readonly;

REVOKE ALL ON FUNCTION core.drop_month_partitions(parent text, before date) FROM PUBLIC;

GRANT ALL ON FUNCTION core.drop_month_partitions(parent text, before date) TO guildhall_jobs;

REVOKE ALL ON FUNCTION core.make_month_partition(parent text, month date) FROM PUBLIC;

GRANT ALL ON FUNCTION core.make_month_partition(parent text, month date) TO guildhall_app;

GRANT ALL ON FUNCTION core.make_month_partition(parent text, month date) TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.cache_leases TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.cache_leases TO guildhall_jobs;

GRANT SELECT ON TABLE core.cache_leases TO guildhall_readonly;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.cached_data TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.cached_data TO guildhall_jobs;

GRANT SELECT ON TABLE core.cached_data TO guildhall_readonly;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.jobs TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.jobs TO guildhall_jobs;

GRANT SELECT ON TABLE core.jobs TO guildhall_readonly;

GRANT SELECT ON TABLE core.partitioned_tables TO guildhall_app;

GRANT SELECT ON TABLE core.partitioned_tables TO guildhall_jobs;

GRANT SELECT ON TABLE core.partitioned_tables TO guildhall_readonly;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.pgqueuer TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.pgqueuer TO guildhall_jobs;

GRANT SELECT ON TABLE core.pgqueuer TO guildhall_readonly;

GRANT USAGE ON SEQUENCE core.pgqueuer_id_seq TO guildhall_app;

GRANT USAGE ON SEQUENCE core.pgqueuer_id_seq TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.pgqueuer_log TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.pgqueuer_log TO guildhall_jobs;

GRANT SELECT ON TABLE core.pgqueuer_log TO guildhall_readonly;

GRANT USAGE ON SEQUENCE core.pgqueuer_log_id_seq TO guildhall_app;

GRANT USAGE ON SEQUENCE core.pgqueuer_log_id_seq TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.pgqueuer_schedules TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.pgqueuer_schedules TO guildhall_jobs;

GRANT SELECT ON TABLE core.pgqueuer_schedules TO guildhall_readonly;

GRANT USAGE ON SEQUENCE core.pgqueuer_schedules_id_seq TO guildhall_app;

GRANT USAGE ON SEQUENCE core.pgqueuer_schedules_id_seq TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.pgqueuer_statistics TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.pgqueuer_statistics TO guildhall_jobs;

GRANT SELECT ON TABLE core.pgqueuer_statistics TO guildhall_readonly;

GRANT USAGE ON SEQUENCE core.pgqueuer_statistics_id_seq TO guildhall_app;

GRANT USAGE ON SEQUENCE core.pgqueuer_statistics_id_seq TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.upstream_budgets TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.upstream_budgets TO guildhall_jobs;

GRANT SELECT ON TABLE core.upstream_budgets TO guildhall_readonly;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.workers TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.workers TO guildhall_jobs;

GRANT SELECT ON TABLE core.workers TO guildhall_readonly;

ALTER DEFAULT PRIVILEGES FOR ROLE postgres IN SCHEMA core GRANT USAGE ON SEQUENCES TO guildhall_app;

ALTER DEFAULT PRIVILEGES FOR ROLE postgres IN SCHEMA core GRANT USAGE ON SEQUENCES TO guildhall_jobs;

ALTER DEFAULT PRIVILEGES FOR ROLE postgres IN SCHEMA core GRANT SELECT,INSERT,DELETE,UPDATE ON TABLES TO guildhall_app;

ALTER DEFAULT PRIVILEGES FOR ROLE postgres IN SCHEMA core GRANT SELECT,INSERT,DELETE,UPDATE ON TABLES TO guildhall_jobs;

ALTER DEFAULT PRIVILEGES FOR ROLE postgres IN SCHEMA core GRANT SELECT ON TABLES TO guildhall_readonly;
