-- What the service's login may do at run time. It owns nothing; whatever is not listed here, it has not.

-- A lock on an account (FOR NO KEY UPDATE) needs the right to update one column; the balance must never be that one.
GRANT SELECT, INSERT, UPDATE ("name", "state") ON "accounts" TO :"login";
-- Booked for good: there is nothing to update and nothing to delete.
GRANT SELECT, INSERT ON "transfers", "postings" TO :"login";
GRANT SELECT, INSERT, UPDATE, DELETE ON "idempotency_keys" TO :"login";
-- Written by a trigger alone, so that nothing can be told that has not happened. A lock needs the right to update a column.
GRANT SELECT, UPDATE ("id"), DELETE ON "outbox" TO :"login";
GRANT USAGE ON SEQUENCE "outbox_id_seq" TO :"login";
GRANT SELECT, INSERT, DELETE ON "inbox" TO :"login";
GRANT SELECT, INSERT, UPDATE, DELETE ON "dead_letters" TO :"login";
