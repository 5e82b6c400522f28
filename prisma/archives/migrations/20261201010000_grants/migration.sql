-- What the owner of a document has granted to others, and when they took it back: this table is the trail of it.

CREATE TYPE "granted_access" AS ENUM ('read', 'write');

CREATE TABLE "document_grants" (
    "id" UUID NOT NULL,
    "document_id" UUID NOT NULL,
    "user_id" UUID,
    "role" VARCHAR(64),
    "access" "granted_access" NOT NULL,
    "granted_by" UUID NOT NULL,
    "granted_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "revoked_by" UUID,
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "document_grants_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "document_grants_to_one" CHECK (num_nonnulls("user_id", "role") = 1),
    CONSTRAINT "document_grants_revoked_by_somebody" CHECK (("revoked_by" IS NULL) = ("revoked_at" IS NULL)),
    CONSTRAINT "document_grants_document_id_fkey"
        FOREIGN KEY ("document_id") REFERENCES "documents"("id") ON DELETE CASCADE ON UPDATE RESTRICT
);

CREATE INDEX "document_grants_document_id_id_idx" ON "document_grants"("document_id", "id");
CREATE INDEX "document_grants_user_id_document_id_idx" ON "document_grants"("user_id", "document_id");
CREATE INDEX "document_grants_role_document_id_idx" ON "document_grants"("role", "document_id");

-- One at a time for each: who is granted more is granted it anew, and the grant before is revoked.
CREATE UNIQUE INDEX "document_grants_one_for_user" ON "document_grants"("document_id", "user_id") WHERE "revoked_at" IS NULL;
CREATE UNIQUE INDEX "document_grants_one_for_role" ON "document_grants"("document_id", "role") WHERE "revoked_at" IS NULL;

-- A grant counts 1 KiB of what its document's owner may store.
CREATE FUNCTION count_grant() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE public.documents SET bytes = bytes + 1024 WHERE id = NEW.document_id;
    RETURN NULL;
END $$;

CREATE TRIGGER "document_grants_count" AFTER INSERT ON "document_grants"
    FOR EACH ROW EXECUTE FUNCTION count_grant();
CREATE TRIGGER "document_grants_are_revoked_once" BEFORE UPDATE ON "document_grants"
    FOR EACH ROW WHEN (OLD.revoked_at IS NOT NULL OR
        (OLD.id, OLD.document_id, OLD.user_id, OLD.role, OLD.access, OLD.granted_by, OLD.granted_at)
        IS DISTINCT FROM (NEW.id, NEW.document_id, NEW.user_id, NEW.role, NEW.access, NEW.granted_by, NEW.granted_at))
    EXECUTE FUNCTION refuse_change('a grant is revoked, once, and is else what it was');
CREATE TRIGGER "document_grants_go_with_document" BEFORE DELETE ON "document_grants"
    FOR EACH ROW EXECUTE FUNCTION refuse_delete_before_document();
CREATE TRIGGER "document_grants_stay" BEFORE TRUNCATE ON "document_grants"
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('grants cannot be emptied at once');
