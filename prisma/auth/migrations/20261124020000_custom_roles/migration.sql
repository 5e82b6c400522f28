ALTER TABLE "users" ADD COLUMN "version" INTEGER NOT NULL DEFAULT 1;

CREATE TABLE "roles" (
    "name" VARCHAR(64) NOT NULL,
    "summary" VARCHAR(200) NOT NULL,
    "permissions" TEXT[],
    "inherits" TEXT[],
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT "roles_pkey" PRIMARY KEY ("name"),
    -- What is not plain lower-case ASCII could look like another role's name.
    CONSTRAINT "roles_name_is_plain" CHECK ("name" ~ '^[a-z][a-z0-9-]{1,62}[a-z0-9]$')
);
