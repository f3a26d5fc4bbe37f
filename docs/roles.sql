-- Grants the gateway's role what it needs, if another role owns the tables and migrates (docs/operations.md, "Two
-- roles"). Run it as the owner, in the gateway's database, after every migration. It can be repeated. The tests run the
-- gateway with these grants. For another role than kyc_app: psql ... -f <(sed 's/kyc_app/NAME/g' docs/roles.sql)
-- For another USERS_EMAIL_COLUMN than email: PGOPTIONS='-c kyc.email_column=NAME' psql ...
-- For USERS_TOKEN_COLUMN: PGOPTIONS='-c kyc.token_column=NAME' psql ...

-- Finds the gateway's tables in whatever schema they are.
SELECT set_config('search_path', quote_ident(nspname), false)
  FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE relname = 'kyc_sessions' AND relkind = 'r';

-- In the platform's table, which the foreign key of kyc_sessions names: the id, the mail address and the four kyc_
-- columns. INSERT is for USERS_FROM_TOKEN only. Leave it out if that is off.
DO $grants$
DECLARE
  users regclass;
  id name;
  email text := coalesce(nullif(current_setting('kyc.email_column', true), ''), 'email');
  token text := nullif(current_setting('kyc.token_column', true), '');
BEGIN
  SELECT confrelid, attname INTO STRICT users, id
    FROM pg_constraint JOIN pg_attribute ON attrelid = confrelid AND attnum = confkey[1]
    WHERE conrelid = 'kyc_sessions'::regclass AND conname = 'kyc_sessions_user_fkey';
  EXECUTE format('GRANT USAGE ON SCHEMA %s, %s, kyc_jobs TO kyc_app',
    (SELECT relnamespace::regnamespace FROM pg_class WHERE oid = 'kyc_sessions'::regclass),
    (SELECT relnamespace::regnamespace FROM pg_class WHERE oid = users));
  EXECUTE format('GRANT SELECT (%I, %I, kyc_status, kyc_provider, kyc_session_id, kyc_rejection_reason) ON %s TO kyc_app',
    id, email, users);
  IF token IS NOT NULL THEN
    EXECUTE format('GRANT SELECT (%I) ON %s TO kyc_app', token, users);
  END IF;
  EXECUTE format('GRANT UPDATE (kyc_status, kyc_provider, kyc_session_id, kyc_rejection_reason) ON %s TO kyc_app', users);
  EXECUTE format('GRANT INSERT (%I, %I) ON %s TO kyc_app', id, email, users);
END $grants$;

GRANT SELECT, INSERT, UPDATE ON kyc_sessions TO kyc_app;

-- The ledger and the evidence of erasures are append-only.
GRANT SELECT, INSERT ON kyc_events, kyc_late_verdicts TO kyc_app;
GRANT SELECT, INSERT ON kyc_erasures TO kyc_app;
GRANT UPDATE (provider_session_id, attempt_id, redirect_url, opened_at, leased_until, erased_at, final_at)
  ON kyc_erasures TO kyc_app;

-- Erasure and retention change rows through these functions only.
GRANT EXECUTE ON FUNCTION kyc_erase_user, kyc_record_recovered_session, kyc_purge_sessions, kyc_purge_events, kyc_purge_erasures TO kyc_app;

GRANT SELECT, INSERT, UPDATE, DELETE ON kyc_rate_limits, kyc_idempotency_keys TO kyc_app;
GRANT SELECT ON kyc_migrations TO kyc_app;

-- pg-boss adds, claims and deletes jobs. The migrations create the queues.
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA kyc_jobs TO kyc_app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA kyc_jobs TO kyc_app;
