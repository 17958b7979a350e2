-- The schema eve as the migrations make it; made by `make docs`.

CREATE SCHEMA eve;

CREATE FUNCTION eve.forget_overview() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
declare
    owner uuid := case when tg_op = 'DELETE' then old.user_id else new.user_id end;

begin
    perform pg_notify('guildhall_cache', json_build_object('forget', json_build_array('eve_overview:' || owner))::text);

    return null;

end $$;

CREATE FUNCTION eve.revoke_later() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
begin
    insert into eve.pending_revocations (id, refresh_token, created_at)
    values (old.id, old.refresh_token, clock_timestamp());

    return null;

end $$;

CREATE TABLE eve.alarms (
    id uuid NOT NULL,
    kind text NOT NULL,
    subject bigint DEFAULT 0 NOT NULL,
    occurrence_key text NOT NULL,
    fire_at timestamp with time zone NOT NULL,
    state text DEFAULT 'pending'::text NOT NULL,
    checked_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    "character" uuid NOT NULL,
    user_id uuid NOT NULL,
    CONSTRAINT alarms_kind_check CHECK (((char_length(kind) >= 1) AND (char_length(kind) <= 40))),
    CONSTRAINT alarms_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'fired'::text, 'dropped'::text])))
);

ALTER TABLE ONLY eve.alarms FORCE ROW LEVEL SECURITY;

CREATE TABLE eve.attributes (
    charisma smallint NOT NULL,
    intelligence smallint NOT NULL,
    memory smallint NOT NULL,
    perception smallint NOT NULL,
    willpower smallint NOT NULL,
    bonus_remaps smallint,
    last_remap_date timestamp with time zone,
    accrued_remap_cooldown_date timestamp with time zone,
    "character" uuid NOT NULL,
    user_id uuid NOT NULL
);

ALTER TABLE ONLY eve.attributes FORCE ROW LEVEL SECURITY;

CREATE TABLE eve.character_notifications (
    notification_id bigint NOT NULL,
    type text NOT NULL,
    sender_id bigint NOT NULL,
    sender_type text NOT NULL,
    sent_at timestamp with time zone NOT NULL,
    text text DEFAULT ''::text NOT NULL,
    is_read boolean DEFAULT false NOT NULL,
    "character" uuid NOT NULL,
    user_id uuid NOT NULL
);

ALTER TABLE ONLY eve.character_notifications FORCE ROW LEVEL SECURITY;

CREATE TABLE eve.characters (
    id uuid NOT NULL,
    character_id bigint NOT NULL,
    character_name text NOT NULL,
    corporation_id bigint,
    alliance_id bigint,
    user_id uuid NOT NULL,
    access_token text,
    refresh_token text,
    token_expires_at timestamp with time zone NOT NULL,
    scopes text[] DEFAULT '{}'::text[] NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    last_sync_at timestamp with time zone,
    owner_hash text,
    token_state text DEFAULT 'valid'::text NOT NULL,
    token_error text,
    token_refreshed_at timestamp with time zone,
    refresh_due_at timestamp with time zone,
    refresh_failures smallint DEFAULT 0 NOT NULL,
    lease bigint DEFAULT 0 NOT NULL,
    leased_until timestamp with time zone,
    told_at timestamp with time zone,
    CONSTRAINT characters_character_id_check CHECK ((character_id > 0)),
    CONSTRAINT characters_character_name_check CHECK (((char_length(character_name) >= 1) AND (char_length(character_name) <= 100))),
    CONSTRAINT characters_check CHECK (((token_state <> ALL (ARRAY['sold'::text, 'removed'::text])) OR ((access_token IS NULL) AND (refresh_token IS NULL)))),
    CONSTRAINT characters_times_are_finite CHECK (isfinite(refresh_due_at)),
    CONSTRAINT characters_token_error_check CHECK ((char_length(token_error) <= 300)),
    CONSTRAINT characters_token_state_check CHECK ((token_state = ANY (ARRAY['valid'::text, 'needs_authorisation'::text, 'sold'::text, 'removed'::text])))
);

ALTER TABLE ONLY eve.characters FORCE ROW LEVEL SECURITY;

CREATE TABLE eve.extractors (
    planet_id bigint NOT NULL,
    pin_id bigint NOT NULL,
    type_id bigint NOT NULL,
    product_type_id bigint,
    cycle_time integer,
    qty_per_cycle bigint,
    install_time timestamp with time zone,
    expiry_time timestamp with time zone,
    "character" uuid NOT NULL,
    user_id uuid NOT NULL
);

ALTER TABLE ONLY eve.extractors FORCE ROW LEVEL SECURITY;

CREATE UNLOGGED TABLE eve.halts (
    scope text NOT NULL,
    until timestamp with time zone NOT NULL,
    why text NOT NULL
);

CREATE TABLE eve.industry_jobs (
    job_id bigint NOT NULL,
    activity_id integer NOT NULL,
    status text NOT NULL,
    blueprint_id bigint NOT NULL,
    blueprint_type_id bigint NOT NULL,
    blueprint_location_id bigint NOT NULL,
    output_location_id bigint NOT NULL,
    facility_id bigint NOT NULL,
    station_id bigint NOT NULL,
    installer_id bigint NOT NULL,
    product_type_id bigint,
    runs integer NOT NULL,
    licensed_runs integer,
    successful_runs integer,
    probability double precision,
    cost numeric,
    duration bigint NOT NULL,
    start_date timestamp with time zone NOT NULL,
    end_date timestamp with time zone NOT NULL,
    pause_date timestamp with time zone,
    completed_date timestamp with time zone,
    completed_character_id bigint,
    last_seen_at timestamp with time zone NOT NULL,
    "character" uuid NOT NULL,
    user_id uuid NOT NULL
);

ALTER TABLE ONLY eve.industry_jobs FORCE ROW LEVEL SECURITY;

CREATE TABLE eve.locations (
    solar_system_id bigint,
    station_id bigint,
    structure_id bigint,
    ship_item_id bigint,
    ship_type_id bigint,
    ship_name text,
    online boolean,
    last_login timestamp with time zone,
    last_logout timestamp with time zone,
    logins integer,
    as_of timestamp with time zone NOT NULL,
    "character" uuid NOT NULL,
    user_id uuid NOT NULL
);

ALTER TABLE ONLY eve.locations FORCE ROW LEVEL SECURITY;

CREATE TABLE eve.mail_labels (
    label_id bigint NOT NULL,
    name text DEFAULT ''::text NOT NULL,
    color text,
    unread_count integer DEFAULT 0 NOT NULL,
    "character" uuid NOT NULL,
    user_id uuid NOT NULL
);

ALTER TABLE ONLY eve.mail_labels FORCE ROW LEVEL SECURITY;

CREATE TABLE eve.mailboxes (
    unread integer NOT NULL,
    as_of timestamp with time zone NOT NULL,
    differs boolean DEFAULT false NOT NULL,
    walk_below bigint,
    walk_to bigint,
    news_above bigint,
    "character" uuid NOT NULL,
    user_id uuid NOT NULL,
    CONSTRAINT mailboxes_as_of_check CHECK (isfinite(as_of)),
    CONSTRAINT mailboxes_check CHECK ((((walk_below IS NULL) = (walk_to IS NULL)) AND ((walk_below IS NULL) = (news_above IS NULL)))),
    CONSTRAINT mailboxes_unread_check CHECK ((unread >= 0))
);

ALTER TABLE ONLY eve.mailboxes FORCE ROW LEVEL SECURITY;

CREATE TABLE eve.mailing_lists (
    mailing_list_id bigint NOT NULL,
    name text NOT NULL,
    "character" uuid NOT NULL,
    user_id uuid NOT NULL
);

ALTER TABLE ONLY eve.mailing_lists FORCE ROW LEVEL SECURITY;

CREATE TABLE eve.mails (
    mail_id bigint NOT NULL,
    from_id bigint,
    subject text DEFAULT ''::text NOT NULL,
    sent_at timestamp with time zone NOT NULL,
    is_read boolean DEFAULT false NOT NULL,
    labels bigint[] DEFAULT '{}'::bigint[] NOT NULL,
    recipients jsonb DEFAULT '[]'::jsonb NOT NULL,
    body text,
    body_fetched_at timestamp with time zone,
    first_seen_at timestamp with time zone DEFAULT now() NOT NULL,
    "character" uuid NOT NULL,
    user_id uuid NOT NULL,
    gone_at timestamp with time zone,
    CONSTRAINT mails_gone_at_check CHECK (isfinite(gone_at))
);

ALTER TABLE ONLY eve.mails FORCE ROW LEVEL SECURITY;

CREATE TABLE eve.market_order_changes (
    order_id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    price numeric NOT NULL,
    volume_remain bigint NOT NULL,
    state text NOT NULL,
    "character" uuid NOT NULL,
    user_id uuid NOT NULL
);

ALTER TABLE ONLY eve.market_order_changes FORCE ROW LEVEL SECURITY;

CREATE TABLE eve.market_orders (
    order_id bigint NOT NULL,
    state text NOT NULL,
    type_id bigint NOT NULL,
    region_id bigint NOT NULL,
    location_id bigint NOT NULL,
    is_buy_order boolean NOT NULL,
    is_corporation boolean NOT NULL,
    price numeric NOT NULL,
    volume_total bigint NOT NULL,
    volume_remain bigint NOT NULL,
    min_volume bigint,
    escrow numeric,
    range text NOT NULL,
    duration integer NOT NULL,
    issued timestamp with time zone NOT NULL,
    first_seen_at timestamp with time zone NOT NULL,
    last_seen_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    "character" uuid NOT NULL,
    user_id uuid NOT NULL,
    CONSTRAINT market_orders_state_check CHECK ((state = ANY (ARRAY['open'::text, 'unknown'::text, 'filled'::text, 'expired'::text, 'cancelled'::text])))
);

ALTER TABLE ONLY eve.market_orders FORCE ROW LEVEL SECURITY;

CREATE TABLE eve.nameless (
    id bigint NOT NULL,
    asked_at timestamp with time zone NOT NULL
);

CREATE TABLE eve.names (
    id bigint NOT NULL,
    category text NOT NULL,
    name text NOT NULL,
    fetched_at timestamp with time zone NOT NULL
);

CREATE TABLE eve.pending_revocations (
    id uuid NOT NULL,
    refresh_token text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    due_at timestamp with time zone DEFAULT now() NOT NULL,
    tries smallint DEFAULT 0 NOT NULL
);

CREATE TABLE eve.planets (
    planet_id bigint NOT NULL,
    planet_type text NOT NULL,
    solar_system_id bigint NOT NULL,
    upgrade_level smallint NOT NULL,
    num_pins integer NOT NULL,
    last_update timestamp with time zone NOT NULL,
    layout jsonb,
    layout_of timestamp with time zone,
    layout_expires_at timestamp with time zone,
    "character" uuid NOT NULL,
    user_id uuid NOT NULL
);

ALTER TABLE ONLY eve.planets FORCE ROW LEVEL SECURITY;

CREATE TABLE eve.section_syncs (
    section text NOT NULL,
    synced_at timestamp with time zone,
    as_of timestamp with time zone,
    expires_at timestamp with time zone,
    due_at timestamp with time zone DEFAULT now(),
    etag text,
    last_modified text,
    failures smallint DEFAULT 0 NOT NULL,
    error text,
    imported boolean DEFAULT false NOT NULL,
    content_hash bytea,
    cursor bigint,
    "character" uuid NOT NULL,
    user_id uuid NOT NULL,
    CONSTRAINT section_syncs_error_check CHECK ((char_length(error) <= 300)),
    CONSTRAINT section_syncs_times_are_finite CHECK ((isfinite(due_at) AND isfinite(synced_at) AND isfinite(as_of) AND isfinite(expires_at)))
)
WITH (fillfactor='70');

ALTER TABLE ONLY eve.section_syncs FORCE ROW LEVEL SECURITY;

CREATE TABLE eve.server_status (
    single boolean DEFAULT true NOT NULL,
    online boolean,
    players integer,
    server_version text,
    start_time timestamp with time zone,
    vip boolean DEFAULT false NOT NULL,
    as_of timestamp with time zone,
    expires_at timestamp with time zone,
    routes_down text[] DEFAULT '{}'::text[] NOT NULL,
    routes_as_of timestamp with time zone,
    routes_expires_at timestamp with time zone,
    CONSTRAINT server_status_single_check CHECK (single)
);

CREATE TABLE eve.skill_history (
    day date NOT NULL,
    total_sp bigint NOT NULL,
    unallocated_sp bigint DEFAULT 0 NOT NULL,
    "character" uuid NOT NULL,
    user_id uuid NOT NULL
);

ALTER TABLE ONLY eve.skill_history FORCE ROW LEVEL SECURITY;

CREATE TABLE eve.skill_queue (
    queue_position integer NOT NULL,
    skill_id bigint NOT NULL,
    finished_level smallint NOT NULL,
    start_date timestamp with time zone,
    finish_date timestamp with time zone,
    training_start_sp bigint,
    level_start_sp bigint,
    level_end_sp bigint,
    "character" uuid NOT NULL,
    user_id uuid NOT NULL
);

ALTER TABLE ONLY eve.skill_queue FORCE ROW LEVEL SECURITY;

CREATE TABLE eve.skill_totals (
    total_sp bigint NOT NULL,
    unallocated_sp bigint DEFAULT 0 NOT NULL,
    as_of timestamp with time zone NOT NULL,
    "character" uuid NOT NULL,
    user_id uuid NOT NULL
);

ALTER TABLE ONLY eve.skill_totals FORCE ROW LEVEL SECURITY;

CREATE TABLE eve.skills (
    skill_id bigint NOT NULL,
    active_skill_level smallint NOT NULL,
    trained_skill_level smallint NOT NULL,
    skillpoints_in_skill bigint NOT NULL,
    "character" uuid NOT NULL,
    user_id uuid NOT NULL
);

ALTER TABLE ONLY eve.skills FORCE ROW LEVEL SECURITY;

CREATE TABLE eve.structures (
    structure_id bigint NOT NULL,
    name text,
    solar_system_id bigint,
    type_id bigint,
    owner_id bigint,
    fetched_at timestamp with time zone NOT NULL,
    forbidden_until timestamp with time zone,
    "character" uuid NOT NULL,
    user_id uuid NOT NULL
);

ALTER TABLE ONLY eve.structures FORCE ROW LEVEL SECURITY;

CREATE TABLE eve.types (
    type_id bigint NOT NULL,
    name text NOT NULL,
    group_id bigint NOT NULL,
    description text DEFAULT ''::text NOT NULL,
    published boolean NOT NULL,
    volume double precision,
    icon_id bigint,
    market_group_id bigint,
    fetched_at timestamp with time zone NOT NULL
);

CREATE TABLE eve.wallet_balances (
    balance numeric NOT NULL,
    as_of timestamp with time zone NOT NULL,
    "character" uuid NOT NULL,
    user_id uuid NOT NULL
);

ALTER TABLE ONLY eve.wallet_balances FORCE ROW LEVEL SECURITY;

CREATE TABLE eve.wallet_history (
    at timestamp with time zone NOT NULL,
    balance numeric NOT NULL,
    "character" uuid NOT NULL,
    user_id uuid NOT NULL
);

ALTER TABLE ONLY eve.wallet_history FORCE ROW LEVEL SECURITY;

CREATE TABLE eve.wallet_journal (
    id bigint NOT NULL,
    date timestamp with time zone NOT NULL,
    ref_type text NOT NULL,
    amount numeric,
    balance numeric,
    description text NOT NULL,
    reason text,
    first_party_id bigint,
    second_party_id bigint,
    tax numeric,
    tax_receiver_id bigint,
    context_id bigint,
    context_id_type text,
    "character" uuid NOT NULL,
    user_id uuid NOT NULL
)
PARTITION BY RANGE (date);

ALTER TABLE ONLY eve.wallet_journal FORCE ROW LEVEL SECURITY;

CREATE TABLE eve.wallet_journal_default (
    id bigint CONSTRAINT wallet_journal_id_not_null NOT NULL,
    date timestamp with time zone CONSTRAINT wallet_journal_date_not_null NOT NULL,
    ref_type text CONSTRAINT wallet_journal_ref_type_not_null NOT NULL,
    amount numeric,
    balance numeric,
    description text CONSTRAINT wallet_journal_description_not_null NOT NULL,
    reason text,
    first_party_id bigint,
    second_party_id bigint,
    tax numeric,
    tax_receiver_id bigint,
    context_id bigint,
    context_id_type text,
    "character" uuid CONSTRAINT wallet_journal_character_not_null NOT NULL,
    user_id uuid CONSTRAINT wallet_journal_user_id_not_null NOT NULL
);

CREATE TABLE eve.wallet_transactions (
    transaction_id bigint NOT NULL,
    date timestamp with time zone NOT NULL,
    type_id bigint NOT NULL,
    location_id bigint NOT NULL,
    client_id bigint NOT NULL,
    quantity bigint NOT NULL,
    unit_price numeric NOT NULL,
    is_buy boolean NOT NULL,
    is_personal boolean NOT NULL,
    journal_ref_id bigint NOT NULL,
    "character" uuid NOT NULL,
    user_id uuid NOT NULL
)
PARTITION BY RANGE (date);

ALTER TABLE ONLY eve.wallet_transactions FORCE ROW LEVEL SECURITY;

CREATE TABLE eve.wallet_transactions_default (
    transaction_id bigint CONSTRAINT wallet_transactions_transaction_id_not_null NOT NULL,
    date timestamp with time zone CONSTRAINT wallet_transactions_date_not_null NOT NULL,
    type_id bigint CONSTRAINT wallet_transactions_type_id_not_null NOT NULL,
    location_id bigint CONSTRAINT wallet_transactions_location_id_not_null NOT NULL,
    client_id bigint CONSTRAINT wallet_transactions_client_id_not_null NOT NULL,
    quantity bigint CONSTRAINT wallet_transactions_quantity_not_null NOT NULL,
    unit_price numeric CONSTRAINT wallet_transactions_unit_price_not_null NOT NULL,
    is_buy boolean CONSTRAINT wallet_transactions_is_buy_not_null NOT NULL,
    is_personal boolean CONSTRAINT wallet_transactions_is_personal_not_null NOT NULL,
    journal_ref_id bigint CONSTRAINT wallet_transactions_journal_ref_id_not_null NOT NULL,
    "character" uuid CONSTRAINT wallet_transactions_character_not_null NOT NULL,
    user_id uuid CONSTRAINT wallet_transactions_user_id_not_null NOT NULL
);

ALTER TABLE ONLY eve.wallet_journal ATTACH PARTITION eve.wallet_journal_default DEFAULT;

ALTER TABLE ONLY eve.wallet_transactions ATTACH PARTITION eve.wallet_transactions_default DEFAULT;

ALTER TABLE ONLY eve.alarms
    ADD CONSTRAINT alarms_occurrence_key_key UNIQUE (occurrence_key);

ALTER TABLE ONLY eve.alarms
    ADD CONSTRAINT alarms_pkey PRIMARY KEY (id);

ALTER TABLE ONLY eve.attributes
    ADD CONSTRAINT attributes_pkey PRIMARY KEY ("character");

ALTER TABLE ONLY eve.character_notifications
    ADD CONSTRAINT character_notifications_pkey PRIMARY KEY ("character", notification_id);

ALTER TABLE ONLY eve.characters
    ADD CONSTRAINT characters_id_user_id_key UNIQUE (id, user_id);

ALTER TABLE ONLY eve.characters
    ADD CONSTRAINT characters_pkey PRIMARY KEY (id);

ALTER TABLE ONLY eve.extractors
    ADD CONSTRAINT extractors_pkey PRIMARY KEY ("character", planet_id, pin_id);

ALTER TABLE ONLY eve.halts
    ADD CONSTRAINT halts_pkey PRIMARY KEY (scope);

ALTER TABLE ONLY eve.industry_jobs
    ADD CONSTRAINT industry_jobs_pkey PRIMARY KEY ("character", job_id);

ALTER TABLE ONLY eve.locations
    ADD CONSTRAINT locations_pkey PRIMARY KEY ("character");

ALTER TABLE ONLY eve.mail_labels
    ADD CONSTRAINT mail_labels_pkey PRIMARY KEY ("character", label_id);

ALTER TABLE ONLY eve.mailboxes
    ADD CONSTRAINT mailboxes_pkey PRIMARY KEY ("character");

ALTER TABLE ONLY eve.mailing_lists
    ADD CONSTRAINT mailing_lists_pkey PRIMARY KEY ("character", mailing_list_id);

ALTER TABLE ONLY eve.mails
    ADD CONSTRAINT mails_pkey PRIMARY KEY ("character", mail_id);

ALTER TABLE ONLY eve.market_order_changes
    ADD CONSTRAINT market_order_changes_pkey PRIMARY KEY ("character", order_id, at);

ALTER TABLE ONLY eve.market_orders
    ADD CONSTRAINT market_orders_pkey PRIMARY KEY ("character", order_id);

ALTER TABLE ONLY eve.nameless
    ADD CONSTRAINT nameless_pkey PRIMARY KEY (id);

ALTER TABLE ONLY eve.names
    ADD CONSTRAINT names_pkey PRIMARY KEY (id);

ALTER TABLE ONLY eve.pending_revocations
    ADD CONSTRAINT pending_revocations_pkey PRIMARY KEY (id, created_at);

ALTER TABLE ONLY eve.planets
    ADD CONSTRAINT planets_pkey PRIMARY KEY ("character", planet_id);

ALTER TABLE ONLY eve.section_syncs
    ADD CONSTRAINT section_syncs_pkey PRIMARY KEY ("character", section);

ALTER TABLE ONLY eve.server_status
    ADD CONSTRAINT server_status_pkey PRIMARY KEY (single);

ALTER TABLE ONLY eve.skill_history
    ADD CONSTRAINT skill_history_pkey PRIMARY KEY ("character", day);

ALTER TABLE ONLY eve.skill_queue
    ADD CONSTRAINT skill_queue_pkey PRIMARY KEY ("character", queue_position);

ALTER TABLE ONLY eve.skill_totals
    ADD CONSTRAINT skill_totals_pkey PRIMARY KEY ("character");

ALTER TABLE ONLY eve.skills
    ADD CONSTRAINT skills_pkey PRIMARY KEY ("character", skill_id);

ALTER TABLE ONLY eve.structures
    ADD CONSTRAINT structures_pkey PRIMARY KEY ("character", structure_id);

ALTER TABLE ONLY eve.types
    ADD CONSTRAINT types_pkey PRIMARY KEY (type_id);

ALTER TABLE ONLY eve.wallet_balances
    ADD CONSTRAINT wallet_balances_pkey PRIMARY KEY ("character");

ALTER TABLE ONLY eve.wallet_history
    ADD CONSTRAINT wallet_history_pkey PRIMARY KEY ("character", at);

ALTER TABLE ONLY eve.wallet_journal
    ADD CONSTRAINT wallet_journal_pkey PRIMARY KEY ("character", id, date);

ALTER TABLE ONLY eve.wallet_journal_default
    ADD CONSTRAINT wallet_journal_default_pkey PRIMARY KEY ("character", id, date);

ALTER TABLE ONLY eve.wallet_transactions
    ADD CONSTRAINT wallet_transactions_pkey PRIMARY KEY ("character", transaction_id, date);

ALTER TABLE ONLY eve.wallet_transactions_default
    ADD CONSTRAINT wallet_transactions_default_pkey PRIMARY KEY ("character", transaction_id, date);

CREATE INDEX alarms_by_character ON eve.alarms USING btree ("character", kind, subject);

CREATE INDEX alarms_due ON eve.alarms USING btree (fire_at) WHERE (state = 'pending'::text);

CREATE INDEX character_notifications_newest ON eve.character_notifications USING btree ("character", sent_at DESC, notification_id DESC);

CREATE INDEX characters_by_character ON eve.characters USING btree (character_id);

CREATE INDEX characters_by_expiry ON eve.characters USING btree (token_expires_at);

CREATE INDEX characters_by_user ON eve.characters USING btree (user_id, character_id);

CREATE UNIQUE INDEX characters_living ON eve.characters USING btree (character_id) WHERE (token_state <> ALL (ARRAY['sold'::text, 'removed'::text]));

CREATE INDEX characters_to_refresh ON eve.characters USING btree (refresh_due_at) WHERE (refresh_due_at IS NOT NULL);

CREATE INDEX industry_jobs_by_end ON eve.industry_jobs USING btree ("character", end_date DESC, job_id DESC);

CREATE INDEX mails_gone ON eve.mails USING btree (gone_at) WHERE (gone_at IS NOT NULL);

CREATE INDEX mails_newest ON eve.mails USING btree ("character", sent_at DESC, mail_id DESC);

CREATE INDEX mails_without_body ON eve.mails USING btree ("character", mail_id DESC) WHERE (body_fetched_at IS NULL);

CREATE INDEX market_orders_by_state ON eve.market_orders USING btree ("character", state, issued DESC, order_id DESC);

CREATE INDEX wallet_journal_newest ON ONLY eve.wallet_journal USING btree ("character", date DESC, id DESC);

CREATE INDEX wallet_journal_default_character_date_id_idx ON eve.wallet_journal_default USING btree ("character", date DESC, id DESC);

CREATE INDEX wallet_transactions_newest ON ONLY eve.wallet_transactions USING btree ("character", date DESC, transaction_id DESC);

CREATE INDEX wallet_transactions_default_character_date_transaction_id_idx ON eve.wallet_transactions_default USING btree ("character", date DESC, transaction_id DESC);

ALTER INDEX eve.wallet_journal_newest ATTACH PARTITION eve.wallet_journal_default_character_date_id_idx;

ALTER INDEX eve.wallet_journal_pkey ATTACH PARTITION eve.wallet_journal_default_pkey;

ALTER INDEX eve.wallet_transactions_newest ATTACH PARTITION eve.wallet_transactions_default_character_date_transaction_id_idx;

ALTER INDEX eve.wallet_transactions_pkey ATTACH PARTITION eve.wallet_transactions_default_pkey;

CREATE TRIGGER character_came AFTER INSERT ON eve.characters FOR EACH ROW EXECUTE FUNCTION eve.forget_overview();

CREATE TRIGGER character_changed AFTER UPDATE OF token_state, character_name, corporation_id, alliance_id ON eve.characters FOR EACH ROW WHEN (((((old.token_state IS DISTINCT FROM new.token_state) OR (old.character_name IS DISTINCT FROM new.character_name)) OR (old.corporation_id IS DISTINCT FROM new.corporation_id)) OR (old.alliance_id IS DISTINCT FROM new.alliance_id))) EXECUTE FUNCTION eve.forget_overview();

CREATE TRIGGER character_deleted AFTER DELETE ON eve.characters FOR EACH ROW WHEN ((old.refresh_token IS NOT NULL)) EXECUTE FUNCTION eve.revoke_later();

CREATE TRIGGER character_removed AFTER UPDATE OF token_state ON eve.characters FOR EACH ROW WHEN (((new.token_state = 'removed'::text) AND (old.refresh_token IS NOT NULL))) EXECUTE FUNCTION eve.revoke_later();

CREATE TRIGGER character_went AFTER DELETE ON eve.characters FOR EACH ROW EXECUTE FUNCTION eve.forget_overview();

ALTER TABLE ONLY eve.alarms
    ADD CONSTRAINT alarms_character_user_id_fkey FOREIGN KEY ("character", user_id) REFERENCES eve.characters(id, user_id) ON DELETE CASCADE;

ALTER TABLE ONLY eve.attributes
    ADD CONSTRAINT attributes_character_user_id_fkey FOREIGN KEY ("character", user_id) REFERENCES eve.characters(id, user_id) ON DELETE CASCADE;

ALTER TABLE ONLY eve.character_notifications
    ADD CONSTRAINT character_notifications_character_user_id_fkey FOREIGN KEY ("character", user_id) REFERENCES eve.characters(id, user_id) ON DELETE CASCADE;

ALTER TABLE ONLY eve.characters
    ADD CONSTRAINT characters_user_id_fkey FOREIGN KEY (user_id) REFERENCES core.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY eve.extractors
    ADD CONSTRAINT extractors_character_user_id_fkey FOREIGN KEY ("character", user_id) REFERENCES eve.characters(id, user_id) ON DELETE CASCADE;

ALTER TABLE ONLY eve.industry_jobs
    ADD CONSTRAINT industry_jobs_character_user_id_fkey FOREIGN KEY ("character", user_id) REFERENCES eve.characters(id, user_id) ON DELETE CASCADE;

ALTER TABLE ONLY eve.locations
    ADD CONSTRAINT locations_character_user_id_fkey FOREIGN KEY ("character", user_id) REFERENCES eve.characters(id, user_id) ON DELETE CASCADE;

ALTER TABLE ONLY eve.mail_labels
    ADD CONSTRAINT mail_labels_character_user_id_fkey FOREIGN KEY ("character", user_id) REFERENCES eve.characters(id, user_id) ON DELETE CASCADE;

ALTER TABLE ONLY eve.mailboxes
    ADD CONSTRAINT mailboxes_character_user_id_fkey FOREIGN KEY ("character", user_id) REFERENCES eve.characters(id, user_id) ON DELETE CASCADE;

ALTER TABLE ONLY eve.mailing_lists
    ADD CONSTRAINT mailing_lists_character_user_id_fkey FOREIGN KEY ("character", user_id) REFERENCES eve.characters(id, user_id) ON DELETE CASCADE;

ALTER TABLE ONLY eve.mails
    ADD CONSTRAINT mails_character_user_id_fkey FOREIGN KEY ("character", user_id) REFERENCES eve.characters(id, user_id) ON DELETE CASCADE;

ALTER TABLE ONLY eve.market_order_changes
    ADD CONSTRAINT market_order_changes_character_user_id_fkey FOREIGN KEY ("character", user_id) REFERENCES eve.characters(id, user_id) ON DELETE CASCADE;

ALTER TABLE ONLY eve.market_orders
    ADD CONSTRAINT market_orders_character_user_id_fkey FOREIGN KEY ("character", user_id) REFERENCES eve.characters(id, user_id) ON DELETE CASCADE;

ALTER TABLE ONLY eve.planets
    ADD CONSTRAINT planets_character_user_id_fkey FOREIGN KEY ("character", user_id) REFERENCES eve.characters(id, user_id) ON DELETE CASCADE;

ALTER TABLE ONLY eve.section_syncs
    ADD CONSTRAINT section_syncs_character_user_id_fkey FOREIGN KEY ("character", user_id) REFERENCES eve.characters(id, user_id) ON DELETE CASCADE;

ALTER TABLE ONLY eve.skill_history
    ADD CONSTRAINT skill_history_character_user_id_fkey FOREIGN KEY ("character", user_id) REFERENCES eve.characters(id, user_id) ON DELETE CASCADE;

ALTER TABLE ONLY eve.skill_queue
    ADD CONSTRAINT skill_queue_character_user_id_fkey FOREIGN KEY ("character", user_id) REFERENCES eve.characters(id, user_id) ON DELETE CASCADE;

ALTER TABLE ONLY eve.skill_totals
    ADD CONSTRAINT skill_totals_character_user_id_fkey FOREIGN KEY ("character", user_id) REFERENCES eve.characters(id, user_id) ON DELETE CASCADE;

ALTER TABLE ONLY eve.skills
    ADD CONSTRAINT skills_character_user_id_fkey FOREIGN KEY ("character", user_id) REFERENCES eve.characters(id, user_id) ON DELETE CASCADE;

ALTER TABLE ONLY eve.structures
    ADD CONSTRAINT structures_character_user_id_fkey FOREIGN KEY ("character", user_id) REFERENCES eve.characters(id, user_id) ON DELETE CASCADE;

ALTER TABLE ONLY eve.wallet_balances
    ADD CONSTRAINT wallet_balances_character_user_id_fkey FOREIGN KEY ("character", user_id) REFERENCES eve.characters(id, user_id) ON DELETE CASCADE;

ALTER TABLE ONLY eve.wallet_history
    ADD CONSTRAINT wallet_history_character_user_id_fkey FOREIGN KEY ("character", user_id) REFERENCES eve.characters(id, user_id) ON DELETE CASCADE;

ALTER TABLE eve.wallet_journal
    ADD CONSTRAINT wallet_journal_character_user_id_fkey FOREIGN KEY ("character", user_id) REFERENCES eve.characters(id, user_id) ON DELETE CASCADE;

ALTER TABLE eve.wallet_transactions
    ADD CONSTRAINT wallet_transactions_character_user_id_fkey FOREIGN KEY ("character", user_id) REFERENCES eve.characters(id, user_id) ON DELETE CASCADE;

ALTER TABLE eve.alarms ENABLE ROW LEVEL SECURITY;

ALTER TABLE eve.attributes ENABLE ROW LEVEL SECURITY;

ALTER TABLE eve.character_notifications ENABLE ROW LEVEL SECURITY;

ALTER TABLE eve.characters ENABLE ROW LEVEL SECURITY;

CREATE POLICY doorkeeper ON eve.alarms TO guildhall_app USING (((NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid = '00000000-0000-4000-8000-000000000001'::uuid)) WITH CHECK (((NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid = '00000000-0000-4000-8000-000000000001'::uuid));

CREATE POLICY doorkeeper ON eve.characters TO guildhall_app USING (((NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid = '00000000-0000-4000-8000-000000000001'::uuid)) WITH CHECK (((NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid = '00000000-0000-4000-8000-000000000001'::uuid));

CREATE POLICY doorkeeper ON eve.section_syncs TO guildhall_app USING (((NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid = '00000000-0000-4000-8000-000000000001'::uuid)) WITH CHECK (((NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid = '00000000-0000-4000-8000-000000000001'::uuid));

ALTER TABLE eve.extractors ENABLE ROW LEVEL SECURITY;

ALTER TABLE eve.industry_jobs ENABLE ROW LEVEL SECURITY;

CREATE POLICY jobs_all ON eve.alarms TO guildhall_jobs USING (true) WITH CHECK (true);

CREATE POLICY jobs_all ON eve.attributes TO guildhall_jobs USING (true) WITH CHECK (true);

CREATE POLICY jobs_all ON eve.character_notifications TO guildhall_jobs USING (true) WITH CHECK (true);

CREATE POLICY jobs_all ON eve.characters TO guildhall_jobs USING (true) WITH CHECK (true);

CREATE POLICY jobs_all ON eve.extractors TO guildhall_jobs USING (true) WITH CHECK (true);

CREATE POLICY jobs_all ON eve.industry_jobs TO guildhall_jobs USING (true) WITH CHECK (true);

CREATE POLICY jobs_all ON eve.locations TO guildhall_jobs USING (true) WITH CHECK (true);

CREATE POLICY jobs_all ON eve.mail_labels TO guildhall_jobs USING (true) WITH CHECK (true);

CREATE POLICY jobs_all ON eve.mailboxes TO guildhall_jobs USING (true) WITH CHECK (true);

CREATE POLICY jobs_all ON eve.mailing_lists TO guildhall_jobs USING (true) WITH CHECK (true);

CREATE POLICY jobs_all ON eve.mails TO guildhall_jobs USING (true) WITH CHECK (true);

CREATE POLICY jobs_all ON eve.market_order_changes TO guildhall_jobs USING (true) WITH CHECK (true);

CREATE POLICY jobs_all ON eve.market_orders TO guildhall_jobs USING (true) WITH CHECK (true);

CREATE POLICY jobs_all ON eve.planets TO guildhall_jobs USING (true) WITH CHECK (true);

CREATE POLICY jobs_all ON eve.section_syncs TO guildhall_jobs USING (true) WITH CHECK (true);

CREATE POLICY jobs_all ON eve.skill_history TO guildhall_jobs USING (true) WITH CHECK (true);

CREATE POLICY jobs_all ON eve.skill_queue TO guildhall_jobs USING (true) WITH CHECK (true);

CREATE POLICY jobs_all ON eve.skill_totals TO guildhall_jobs USING (true) WITH CHECK (true);

CREATE POLICY jobs_all ON eve.skills TO guildhall_jobs USING (true) WITH CHECK (true);

CREATE POLICY jobs_all ON eve.structures TO guildhall_jobs USING (true) WITH CHECK (true);

CREATE POLICY jobs_all ON eve.wallet_balances TO guildhall_jobs USING (true) WITH CHECK (true);

CREATE POLICY jobs_all ON eve.wallet_history TO guildhall_jobs USING (true) WITH CHECK (true);

CREATE POLICY jobs_all ON eve.wallet_journal TO guildhall_jobs USING (true) WITH CHECK (true);

CREATE POLICY jobs_all ON eve.wallet_transactions TO guildhall_jobs USING (true) WITH CHECK (true);

ALTER TABLE eve.locations ENABLE ROW LEVEL SECURITY;

ALTER TABLE eve.mail_labels ENABLE ROW LEVEL SECURITY;

ALTER TABLE eve.mailboxes ENABLE ROW LEVEL SECURITY;

ALTER TABLE eve.mailing_lists ENABLE ROW LEVEL SECURITY;

ALTER TABLE eve.mails ENABLE ROW LEVEL SECURITY;

ALTER TABLE eve.market_order_changes ENABLE ROW LEVEL SECURITY;

ALTER TABLE eve.market_orders ENABLE ROW LEVEL SECURITY;

CREATE POLICY owner_only ON eve.alarms TO guildhall_app USING ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)) WITH CHECK ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid));

CREATE POLICY owner_only ON eve.attributes TO guildhall_app USING ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)) WITH CHECK ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid));

CREATE POLICY owner_only ON eve.character_notifications TO guildhall_app USING ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)) WITH CHECK ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid));

CREATE POLICY owner_only ON eve.characters TO guildhall_app USING ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)) WITH CHECK ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid));

CREATE POLICY owner_only ON eve.extractors TO guildhall_app USING ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)) WITH CHECK ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid));

CREATE POLICY owner_only ON eve.industry_jobs TO guildhall_app USING ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)) WITH CHECK ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid));

CREATE POLICY owner_only ON eve.locations TO guildhall_app USING ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)) WITH CHECK ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid));

CREATE POLICY owner_only ON eve.mail_labels TO guildhall_app USING ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)) WITH CHECK ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid));

CREATE POLICY owner_only ON eve.mailboxes TO guildhall_app USING ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)) WITH CHECK ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid));

CREATE POLICY owner_only ON eve.mailing_lists TO guildhall_app USING ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)) WITH CHECK ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid));

CREATE POLICY owner_only ON eve.mails TO guildhall_app USING ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)) WITH CHECK ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid));

CREATE POLICY owner_only ON eve.market_order_changes TO guildhall_app USING ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)) WITH CHECK ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid));

CREATE POLICY owner_only ON eve.market_orders TO guildhall_app USING ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)) WITH CHECK ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid));

CREATE POLICY owner_only ON eve.planets TO guildhall_app USING ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)) WITH CHECK ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid));

CREATE POLICY owner_only ON eve.section_syncs TO guildhall_app USING ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)) WITH CHECK ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid));

CREATE POLICY owner_only ON eve.skill_history TO guildhall_app USING ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)) WITH CHECK ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid));

CREATE POLICY owner_only ON eve.skill_queue TO guildhall_app USING ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)) WITH CHECK ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid));

CREATE POLICY owner_only ON eve.skill_totals TO guildhall_app USING ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)) WITH CHECK ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid));

CREATE POLICY owner_only ON eve.skills TO guildhall_app USING ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)) WITH CHECK ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid));

CREATE POLICY owner_only ON eve.structures TO guildhall_app USING ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)) WITH CHECK ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid));

CREATE POLICY owner_only ON eve.wallet_balances TO guildhall_app USING ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)) WITH CHECK ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid));

CREATE POLICY owner_only ON eve.wallet_history TO guildhall_app USING ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)) WITH CHECK ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid));

CREATE POLICY owner_only ON eve.wallet_journal TO guildhall_app USING ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)) WITH CHECK ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid));

CREATE POLICY owner_only ON eve.wallet_transactions TO guildhall_app USING ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)) WITH CHECK ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid));

ALTER TABLE eve.planets ENABLE ROW LEVEL SECURITY;

ALTER TABLE eve.section_syncs ENABLE ROW LEVEL SECURITY;

ALTER TABLE eve.skill_history ENABLE ROW LEVEL SECURITY;

ALTER TABLE eve.skill_queue ENABLE ROW LEVEL SECURITY;

ALTER TABLE eve.skill_totals ENABLE ROW LEVEL SECURITY;

ALTER TABLE eve.skills ENABLE ROW LEVEL SECURITY;

ALTER TABLE eve.structures ENABLE ROW LEVEL SECURITY;

ALTER TABLE eve.wallet_balances ENABLE ROW LEVEL SECURITY;

ALTER TABLE eve.wallet_history ENABLE ROW LEVEL SECURITY;

ALTER TABLE eve.wallet_journal ENABLE ROW LEVEL SECURITY;

ALTER TABLE eve.wallet_transactions ENABLE ROW LEVEL SECURITY;

GRANT USAGE ON SCHEMA eve TO guildhall_app;

GRANT USAGE ON SCHEMA eve TO guildhall_jobs;

GRANT USAGE ON SCHEMA eve TO guildhall_readonly;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE eve.alarms TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE eve.alarms TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE eve.attributes TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE eve.attributes TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE eve.character_notifications TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE eve.character_notifications TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE eve.characters TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE eve.characters TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE eve.extractors TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE eve.extractors TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE eve.halts TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE eve.halts TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE eve.industry_jobs TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE eve.industry_jobs TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE eve.locations TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE eve.locations TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE eve.mail_labels TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE eve.mail_labels TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE eve.mailboxes TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE eve.mailboxes TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE eve.mailing_lists TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE eve.mailing_lists TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE eve.mails TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE eve.mails TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE eve.market_order_changes TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE eve.market_order_changes TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE eve.market_orders TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE eve.market_orders TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE eve.nameless TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE eve.nameless TO guildhall_jobs;

GRANT SELECT ON TABLE eve.nameless TO guildhall_readonly;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE eve.names TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE eve.names TO guildhall_jobs;

GRANT SELECT ON TABLE eve.names TO guildhall_readonly;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE eve.pending_revocations TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE eve.planets TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE eve.planets TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE eve.section_syncs TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE eve.section_syncs TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE eve.server_status TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE eve.server_status TO guildhall_jobs;

GRANT SELECT ON TABLE eve.server_status TO guildhall_readonly;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE eve.skill_history TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE eve.skill_history TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE eve.skill_queue TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE eve.skill_queue TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE eve.skill_totals TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE eve.skill_totals TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE eve.skills TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE eve.skills TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE eve.structures TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE eve.structures TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE eve.types TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE eve.types TO guildhall_jobs;

GRANT SELECT ON TABLE eve.types TO guildhall_readonly;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE eve.wallet_balances TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE eve.wallet_balances TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE eve.wallet_history TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE eve.wallet_history TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE eve.wallet_journal TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE eve.wallet_journal TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE eve.wallet_transactions TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE eve.wallet_transactions TO guildhall_jobs;

ALTER DEFAULT PRIVILEGES FOR ROLE postgres IN SCHEMA eve GRANT USAGE ON SEQUENCES TO guildhall_app;

ALTER DEFAULT PRIVILEGES FOR ROLE postgres IN SCHEMA eve GRANT USAGE ON SEQUENCES TO guildhall_jobs;

ALTER DEFAULT PRIVILEGES FOR ROLE postgres IN SCHEMA eve GRANT SELECT,INSERT,DELETE,UPDATE ON TABLES TO guildhall_app;

ALTER DEFAULT PRIVILEGES FOR ROLE postgres IN SCHEMA eve GRANT SELECT,INSERT,DELETE,UPDATE ON TABLES TO guildhall_jobs;
