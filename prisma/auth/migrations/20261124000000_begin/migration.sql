CREATE TYPE "clearance" AS ENUM ('public', 'restricted', 'secret', 'sealed');
CREATE TYPE "signing_algorithm" AS ENUM ('ES256', 'RS256', 'PS256');

CREATE TABLE "users" (
    "id" UUID NOT NULL,
    "email" VARCHAR(254) NOT NULL,
    "password_hash" VARCHAR(255) NOT NULL,
    "clearance" "clearance" NOT NULL DEFAULT 'restricted',
    "generation" INTEGER NOT NULL DEFAULT 0,
    "disabled_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT "users_pkey" PRIMARY KEY ("id"),
    -- Two spellings of one address would be two accounts of one person.
    CONSTRAINT "users_email_is_lower_case" CHECK ("email" = lower("email"))
);
CREATE UNIQUE INDEX "users_email_key" ON "users"("email");

CREATE TABLE "user_roles" (
    "user_id" UUID NOT NULL,
    "role" VARCHAR(64) NOT NULL,
    "granted_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT "user_roles_pkey" PRIMARY KEY ("user_id", "role"),
    CONSTRAINT "user_roles_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE RESTRICT
);

CREATE TABLE "sessions" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "client_id" VARCHAR(64) NOT NULL,
    "user_agent" VARCHAR(256) NOT NULL,
    "address" VARCHAR(64) NOT NULL,
    "methods" TEXT[],
    "authenticated_at" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "idle_until" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),
    "end_reason" VARCHAR(64),
    CONSTRAINT "sessions_pkey" PRIMARY KEY ("id"),
    -- Idleness may shorten a session; nothing may lengthen it.
    CONSTRAINT "sessions_idle_within_absolute" CHECK ("idle_until" <= "expires_at"),
    CONSTRAINT "sessions_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE RESTRICT
);
CREATE INDEX "sessions_user_id_ended_at_idx" ON "sessions"("user_id", "ended_at");
CREATE INDEX "sessions_expires_at_idx" ON "sessions"("expires_at");

CREATE TABLE "refresh_tokens" (
    "hash" BYTEA NOT NULL,
    "session_id" UUID NOT NULL,
    "used_at" TIMESTAMPTZ(6),
    "used_by" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT "refresh_tokens_pkey" PRIMARY KEY ("hash"),
    CONSTRAINT "refresh_tokens_hash_is_sha256" CHECK (octet_length("hash") = 32),
    CONSTRAINT "refresh_tokens_session_id_fkey" FOREIGN KEY ("session_id") REFERENCES "sessions"("id") ON DELETE CASCADE ON UPDATE RESTRICT
);
CREATE INDEX "refresh_tokens_session_id_idx" ON "refresh_tokens"("session_id");

CREATE TABLE "signing_keys" (
    "kid" VARCHAR(64) NOT NULL,
    "algorithm" "signing_algorithm" NOT NULL,
    "public_jwk" JSONB NOT NULL,
    "sealed_key" BYTEA NOT NULL,
    "sealed_with" VARCHAR(16) NOT NULL,
    "signs_from" TIMESTAMPTZ(3) NOT NULL,
    "signs_until" TIMESTAMPTZ(3) NOT NULL,
    "gone_at" TIMESTAMPTZ(3) NOT NULL,
    "compromised_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT "signing_keys_pkey" PRIMARY KEY ("kid"),
    -- A private member in what is published would be the end of every signature.
    CONSTRAINT "signing_keys_public_jwk_is_public" CHECK (NOT ("public_jwk" ?| ARRAY['d', 'p', 'q', 'dp', 'dq', 'qi', 'k']))
);
CREATE INDEX "signing_keys_gone_at_idx" ON "signing_keys"("gone_at");

CREATE TABLE "revocations" (
    "key" VARCHAR(300) NOT NULL,
    "generation" INTEGER,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "published_at" TIMESTAMPTZ(3),
    CONSTRAINT "revocations_pkey" PRIMARY KEY ("key")
);
CREATE INDEX "revocations_expires_at_idx" ON "revocations"("expires_at");

CREATE TABLE "realm" (
    "id" SMALLINT NOT NULL DEFAULT 1,
    "generation" INTEGER NOT NULL DEFAULT 0,
    CONSTRAINT "realm_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "realm_is_one_row" CHECK ("id" = 1)
);
INSERT INTO "realm" DEFAULT VALUES;
