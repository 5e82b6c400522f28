-- What the service's login may do at run time. It owns nothing; whatever is not listed here, it has not.

-- A lock on an account (FOR NO KEY UPDATE) needs the right to update one column; the balance must never be that one.
GRANT SELECT, INSERT, UPDATE ("name", "state") ON "accounts" TO :"login";
-- Booked for good: there is nothing to update and nothing to delete.
GRANT SELECT, INSERT ON "transfers", "postings" TO :"login";
GRANT SELECT, INSERT, UPDATE, DELETE ON "idempotency_keys" TO :"login";
