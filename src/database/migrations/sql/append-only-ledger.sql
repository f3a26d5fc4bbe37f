-- Rejects changes of kyc_events. The functions of erasure and retention set kyc.maintenance while they work. They
-- cannot declare the setting in their definition, because only a superuser may create such a function.
--
-- Any role can set kyc.maintenance, so these triggers protect a role that owns the tables against mistakes only. The
-- access control is a second role without UPDATE and DELETE (docs/roles.sql).
CREATE FUNCTION kyc_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  IF TG_OP <> 'TRUNCATE' AND current_setting('kyc.maintenance', true) = 'on' THEN
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
  END IF;
  RAISE EXCEPTION 'kyc_events is append-only: % is rejected', TG_OP USING
    ERRCODE = 'insufficient_privilege',
    HINT = 'To erase a user, run npm run erase. Retention deletes old rows.';
END $body$;

CREATE TRIGGER kyc_events_append_only BEFORE UPDATE OR DELETE ON kyc_events
  FOR EACH ROW EXECUTE FUNCTION kyc_refuse_change();

CREATE TRIGGER kyc_events_no_truncate BEFORE TRUNCATE ON kyc_events
  FOR EACH STATEMENT EXECUTE FUNCTION kyc_refuse_change();
