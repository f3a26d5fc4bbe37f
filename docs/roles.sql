-- What the gateway's own role may do, where another one owns the tables and migrates (docs/operations.md, "Two roles").
-- Run it as the owner, in the gateway's database, after every migration: it may be repeated. The tests run the gateway
-- under these grants. Another name than kyc_app: psql ... -f <(sed 's/kyc_app/NAME/g' docs/roles.sql)

GRANT USAGE ON SCHEMA public, kyc_jobs TO kyc_app;

-- Of users the id, the address that mail goes to, and our four columns. INSERT is for USERS_FROM_TOKEN alone: leave it
-- out where that is off.
GRANT SELECT (id, email, kyc_status, kyc_provider, kyc_session_id, kyc_rejection_reason) ON users TO kyc_app;
GRANT UPDATE (kyc_status, kyc_provider, kyc_session_id, kyc_rejection_reason) ON users TO kyc_app;
GRANT INSERT (id, email) ON users TO kyc_app;

GRANT SELECT, INSERT, UPDATE ON kyc_sessions TO kyc_app;

-- The ledger and the evidence of erasures: they grow, and nothing that was written changes.
GRANT SELECT, INSERT ON kyc_events TO kyc_app;
GRANT SELECT, INSERT ON kyc_erasures TO kyc_app;
GRANT UPDATE (provider_session_id, erased_at, final_at) ON kyc_erasures TO kyc_app;

-- What erasure and retention change all the same they change through these.
GRANT EXECUTE ON FUNCTION kyc_erase_user, kyc_purge_sessions, kyc_purge_events, kyc_purge_erasures TO kyc_app;

GRANT SELECT, INSERT, UPDATE, DELETE ON kyc_rate_limits, kyc_idempotency_keys TO kyc_app;
GRANT SELECT ON kyc_migrations TO kyc_app;

-- pg-boss adds, works and deletes jobs. Queues are made by the migrations.
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA kyc_jobs TO kyc_app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA kyc_jobs TO kyc_app;
