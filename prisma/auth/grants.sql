-- What the service's login may do at run time. It owns nothing; whatever is not listed here, it has not.

-- What belongs to a user goes with the row, by foreign keys.
GRANT SELECT, INSERT, UPDATE, DELETE ON "users" TO :"login";
GRANT SELECT, INSERT, DELETE ON "user_roles" TO :"login";
GRANT SELECT, INSERT, UPDATE, DELETE ON "roles" TO :"login";

GRANT SELECT, INSERT, UPDATE, DELETE ON "sessions" TO :"login";
-- Removed with their session, by the foreign key.
GRANT SELECT, INSERT, UPDATE ("used_at", "used_by") ON "refresh_tokens" TO :"login";

GRANT SELECT, INSERT, UPDATE, DELETE ON "signing_keys" TO :"login";
GRANT SELECT, INSERT, UPDATE, DELETE ON "revocations" TO :"login";
GRANT SELECT, UPDATE ON "realm" TO :"login";
GRANT SELECT, INSERT, UPDATE, DELETE ON "attempts" TO :"login";
GRANT SELECT, INSERT, UPDATE, DELETE ON "allowances" TO :"login";

-- The audit trail only grows: of a row that was written, nothing but the mark of its publication changes.
GRANT SELECT, INSERT, UPDATE ("published_at") ON "events" TO :"login";
GRANT USAGE ON SEQUENCE "events_id_seq" TO :"login";
