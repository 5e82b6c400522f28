-- What a document says is in its versions, which never change. A document is what they have in common, and what the
-- newest of them says, for lists; the database itself keeps it so.

CREATE TYPE "document_format" AS ENUM ('markdown', 'text');

CREATE TABLE "document_versions" (
    "document_id" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "title" VARCHAR(200) NOT NULL,
    "format" "document_format" NOT NULL,
    "body" TEXT NOT NULL,
    "tags" TEXT[] NOT NULL,
    "clearance" "clearance" NOT NULL,
    "sha256" BYTEA NOT NULL,
    "author_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "document_versions_pkey" PRIMARY KEY ("document_id", "number"),
    CONSTRAINT "document_versions_title_not_empty" CHECK ("title" <> ''),
    CONSTRAINT "document_versions_tags_limit" CHECK (cardinality("tags") <= 16)
);

-- What each owner has stored, so that nobody can fill the disk: see count_stored_bytes.
CREATE TABLE "holdings" (
    "owner_id" UUID NOT NULL,
    "bytes" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "holdings_pkey" PRIMARY KEY ("owner_id"),
    CONSTRAINT "holdings_not_below_zero" CHECK ("bytes" >= 0)
);

INSERT INTO "document_versions" ("document_id", "number", "title", "format", "body", "tags", "clearance", "sha256", "author_id", "created_at")
SELECT "id", 1, "title", 'text', "body", '{}', "clearance", sha256(convert_to("body", 'UTF8')), "owner_id", "created_at" FROM "documents";

-- NOT VALID: what was filed under the limit of before, 262,144 letters, may have more bytes and stays.
ALTER TABLE "document_versions" ADD CONSTRAINT "document_versions_body_limit" CHECK (octet_length("body") <= 524288) NOT VALID;
ALTER TABLE "document_versions" ADD CONSTRAINT "document_versions_document_id_fkey"
    FOREIGN KEY ("document_id") REFERENCES "documents"("id") ON DELETE CASCADE ON UPDATE RESTRICT;

-- A document begins with nothing and as secret as can be; its first version, in the same transaction, says the rest.
ALTER TABLE "documents" DROP CONSTRAINT "documents_title_not_empty";
ALTER TABLE "documents"
    ALTER COLUMN "title" SET DEFAULT '',
    ALTER COLUMN "clearance" SET DEFAULT 'sealed',
    ADD COLUMN "version" INTEGER NOT NULL DEFAULT 0,
    ADD COLUMN "tags" TEXT[] NOT NULL DEFAULT '{}',
    ADD COLUMN "bytes" BIGINT NOT NULL DEFAULT 0,
    ADD COLUMN "changed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    ADD COLUMN "deleted_at" TIMESTAMPTZ(3);
UPDATE "documents" SET "version" = 1, "bytes" = octet_length("body") + 1024, "changed_at" = "created_at";
INSERT INTO "holdings" ("owner_id", "bytes") SELECT "owner_id", sum("bytes") FROM "documents" GROUP BY "owner_id";
ALTER TABLE "documents" DROP COLUMN "body";

CREATE INDEX "documents_deleted_at_idx" ON "documents"("deleted_at");

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% of % refused: %', TG_OP, TG_TABLE_NAME, TG_ARGV[0] USING ERRCODE = 'restrict_violation';
END $$;

-- Number, digest and time are not the writer's to say. The lock puts those that write at once into an order.
CREATE FUNCTION seal_version() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    SELECT version + 1 INTO NEW.number FROM public.documents
        WHERE id = NEW.document_id AND deleted_at IS NULL FOR UPDATE;
    IF NEW.number IS NULL THEN
        RAISE EXCEPTION 'document % is deleted or was never there', NEW.document_id USING ERRCODE = 'foreign_key_violation';
    END IF;
    NEW.sha256 := sha256(convert_to(NEW.body, 'UTF8'));
    NEW.created_at := now();
    RETURN NEW;
END $$;

CREATE FUNCTION show_newest_version() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE public.documents SET version = NEW.number, title = NEW.title, tags = NEW.tags, clearance = NEW.clearance,
        changed_at = NEW.created_at, bytes = bytes + octet_length(NEW.body) + 1024
        WHERE id = NEW.document_id;
    RETURN NULL;
END $$;

-- 64 MiB for each owner, all versions and all that is deleted and may come back included; each version counts 1 KiB more
-- than its text has, so that small ones are bounded too. What an owner has beyond it from before may stay and shrink.
CREATE FUNCTION count_stored_bytes() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    total BIGINT;
BEGIN
    IF TG_OP = 'DELETE' THEN
        UPDATE public.holdings SET bytes = bytes - OLD.bytes WHERE owner_id = OLD.owner_id;
        RETURN NULL;
    END IF;
    INSERT INTO public.holdings AS held (owner_id, bytes) VALUES (NEW.owner_id, NEW.bytes - OLD.bytes)
        ON CONFLICT (owner_id) DO UPDATE SET bytes = held.bytes + NEW.bytes - OLD.bytes
        RETURNING bytes INTO total;
    IF total > 67108864 THEN
        RAISE EXCEPTION 'owner % stores more than 64 MiB', NEW.owner_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'holdings_within_allowance';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION require_first_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM public.document_versions WHERE document_id = NEW.id) THEN
        RAISE EXCEPTION 'document % has no version', NEW.id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

-- With its document alone: by then that is gone.
CREATE FUNCTION refuse_delete_before_document() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM public.documents WHERE id = OLD.document_id) THEN
        RAISE EXCEPTION 'DELETE of % refused: it goes with its document', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN OLD;
END $$;

CREATE TRIGGER "document_versions_are_sealed" BEFORE INSERT ON "document_versions"
    FOR EACH ROW EXECUTE FUNCTION seal_version();
CREATE TRIGGER "document_versions_are_shown" AFTER INSERT ON "document_versions"
    FOR EACH ROW EXECUTE FUNCTION show_newest_version();
CREATE TRIGGER "document_versions_are_final" BEFORE UPDATE ON "document_versions"
    FOR EACH ROW EXECUTE FUNCTION refuse_change('a version stays as it is; write the next one');
CREATE TRIGGER "document_versions_go_with_document" BEFORE DELETE ON "document_versions"
    FOR EACH ROW EXECUTE FUNCTION refuse_delete_before_document();
CREATE TRIGGER "document_versions_stay" BEFORE TRUNCATE ON "document_versions"
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('versions cannot be emptied at once');

CREATE TRIGGER "documents_count_bytes" AFTER UPDATE OF "bytes" ON "documents"
    FOR EACH ROW EXECUTE FUNCTION count_stored_bytes();
CREATE TRIGGER "documents_give_bytes_back" AFTER DELETE ON "documents"
    FOR EACH ROW EXECUTE FUNCTION count_stored_bytes();
CREATE TRIGGER "documents_begin_empty" BEFORE INSERT ON "documents"
    FOR EACH ROW WHEN (NEW.version <> 0 OR NEW.bytes <> 0 OR NEW.deleted_at IS NOT NULL)
    EXECUTE FUNCTION refuse_change('a document begins with nothing');
CREATE CONSTRAINT TRIGGER "documents_have_a_version" AFTER INSERT ON "documents" DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION require_first_version();
CREATE TRIGGER "documents_keep_identity" BEFORE UPDATE ON "documents"
    FOR EACH ROW WHEN ((OLD.id, OLD.owner_id, OLD.created_at) IS DISTINCT FROM (NEW.id, NEW.owner_id, NEW.created_at))
    EXECUTE FUNCTION refuse_change('a document keeps its id, owner and birth');
CREATE TRIGGER "documents_change_by_version_alone" BEFORE UPDATE ON "documents"
    FOR EACH ROW WHEN (pg_trigger_depth() = 0 AND (OLD.version, OLD.title, OLD.tags, OLD.clearance, OLD.bytes)
        IS DISTINCT FROM (NEW.version, NEW.title, NEW.tags, NEW.clearance, NEW.bytes))
    EXECUTE FUNCTION refuse_change('a document changes by a version alone');
CREATE TRIGGER "documents_can_come_back" BEFORE DELETE ON "documents"
    FOR EACH ROW WHEN (OLD.deleted_at IS NULL OR OLD.deleted_at > now() - INTERVAL '30 days')
    EXECUTE FUNCTION refuse_change('a document goes 30 days after it was deleted');
CREATE TRIGGER "documents_stay" BEFORE TRUNCATE ON "documents"
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('documents cannot be emptied at once');
