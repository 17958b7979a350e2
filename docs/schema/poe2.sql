-- The schema poe2 as the migrations make it; made by `make docs`.

CREATE SCHEMA poe2;

CREATE TABLE poe2.tree_edges (
    version text NOT NULL,
    low integer NOT NULL,
    high integer NOT NULL,
    CONSTRAINT tree_edges_check CHECK ((low < high))
);

CREATE TABLE poe2.tree_nodes (
    version text NOT NULL,
    node integer NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    ascendancy text,
    stats text[] NOT NULL,
    CONSTRAINT tree_nodes_ascendancy_check CHECK (((char_length(ascendancy) >= 1) AND (char_length(ascendancy) <= 100))),
    CONSTRAINT tree_nodes_kind_check CHECK ((kind = ANY (ARRAY['small'::text, 'notable'::text, 'keystone'::text, 'socket'::text, 'start'::text, 'picture'::text]))),
    CONSTRAINT tree_nodes_name_check CHECK ((char_length(name) <= 200)),
    CONSTRAINT tree_nodes_node_check CHECK ((node >= 0))
);

CREATE TABLE poe2.trees (
    version text NOT NULL,
    source text NOT NULL,
    starts jsonb NOT NULL,
    imported_at timestamp with time zone NOT NULL,
    CONSTRAINT trees_source_check CHECK (((char_length(source) >= 1) AND (char_length(source) <= 500))),
    CONSTRAINT trees_version_check CHECK ((version ~ '^[0-9]{1,3}(_[0-9]{1,3}){1,2}[a-z]?$'::text))
);

ALTER TABLE ONLY poe2.tree_edges
    ADD CONSTRAINT tree_edges_pkey PRIMARY KEY (version, low, high);

ALTER TABLE ONLY poe2.tree_nodes
    ADD CONSTRAINT tree_nodes_pkey PRIMARY KEY (version, node);

ALTER TABLE ONLY poe2.trees
    ADD CONSTRAINT trees_pkey PRIMARY KEY (version);

CREATE INDEX tree_edges_high ON poe2.tree_edges USING btree (version, high);

ALTER TABLE ONLY poe2.tree_edges
    ADD CONSTRAINT tree_edges_version_high_fkey FOREIGN KEY (version, high) REFERENCES poe2.tree_nodes(version, node) ON DELETE CASCADE;

ALTER TABLE ONLY poe2.tree_edges
    ADD CONSTRAINT tree_edges_version_low_fkey FOREIGN KEY (version, low) REFERENCES poe2.tree_nodes(version, node) ON DELETE CASCADE;

ALTER TABLE ONLY poe2.tree_nodes
    ADD CONSTRAINT tree_nodes_version_fkey FOREIGN KEY (version) REFERENCES poe2.trees(version) ON DELETE CASCADE;

GRANT USAGE ON SCHEMA poe2 TO guildhall_app;

GRANT USAGE ON SCHEMA poe2 TO guildhall_jobs;

GRANT USAGE ON SCHEMA poe2 TO guildhall_readonly;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.tree_edges TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.tree_edges TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.tree_nodes TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.tree_nodes TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.trees TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE poe2.trees TO guildhall_jobs;

ALTER DEFAULT PRIVILEGES FOR ROLE postgres IN SCHEMA poe2 GRANT USAGE ON SEQUENCES TO guildhall_app;

ALTER DEFAULT PRIVILEGES FOR ROLE postgres IN SCHEMA poe2 GRANT USAGE ON SEQUENCES TO guildhall_jobs;

ALTER DEFAULT PRIVILEGES FOR ROLE postgres IN SCHEMA poe2 GRANT SELECT,INSERT,DELETE,UPDATE ON TABLES TO guildhall_app;

ALTER DEFAULT PRIVILEGES FOR ROLE postgres IN SCHEMA poe2 GRANT SELECT,INSERT,DELETE,UPDATE ON TABLES TO guildhall_jobs;
