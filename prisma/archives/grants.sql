-- What the service's login may do at run time. It owns nothing; whatever is not listed here, it has not.

-- What a document says follows from its versions, by a trigger; a deletion is a mark, until a trigger lets the row go.
GRANT SELECT, INSERT, UPDATE ("deleted_at"), DELETE ON "documents" TO :"login";
-- Written once: there is nothing to update, and nothing to delete but a document. Number, digest and time are not its to say.
GRANT SELECT, INSERT ("document_id", "title", "format", "body", "tags", "clearance", "author_id")
    ON "document_versions" TO :"login";
-- Counted by triggers.
GRANT SELECT ON "holdings" TO :"login";
-- Who was granted what stays written down; a grant ends by being revoked.
GRANT SELECT, INSERT, UPDATE ("revoked_by", "revoked_at") ON "document_grants" TO :"login";
GRANT SELECT, INSERT, DELETE ON "inbox" TO :"login";
GRANT SELECT, INSERT, UPDATE, DELETE ON "dead_letters" TO :"login";
-- The only way to another owner.
GRANT EXECUTE ON FUNCTION "hand_documents_over" TO :"login";
