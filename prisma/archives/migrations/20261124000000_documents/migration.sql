-- Lowest first, as in the contract: PostgreSQL compares enums in this order.
CREATE TYPE "clearance" AS ENUM ('public', 'restricted', 'secret', 'sealed');

CREATE TABLE "documents" (
    "id" UUID NOT NULL,
    "owner_id" UUID NOT NULL,
    "title" VARCHAR(200) NOT NULL,
    "body" TEXT NOT NULL,
    "clearance" "clearance" NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "documents_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "documents_title_not_empty" CHECK ("title" <> ''),
    CONSTRAINT "documents_body_limit" CHECK (char_length("body") <= 262144)
);

-- A reader's own documents, and those of a clearance, newest first.
CREATE INDEX "documents_owner_id_id_idx" ON "documents"("owner_id", "id");
CREATE INDEX "documents_clearance_id_idx" ON "documents"("clearance", "id");
