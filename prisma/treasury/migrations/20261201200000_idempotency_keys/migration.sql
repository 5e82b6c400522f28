-- What was answered to a request with an Idempotency-Key, for 24 hours: see IdempotencyKeys in libs/platform.
CREATE TABLE "idempotency_keys" (
    "owner" VARCHAR(255) NOT NULL,
    "operation" VARCHAR(64) NOT NULL,
    "key" VARCHAR(255) NOT NULL,
    "fingerprint" BYTEA NOT NULL,
    "resource_id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "first_used_at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),
    "attempt" UUID NOT NULL DEFAULT gen_random_uuid(),
    "begun_at" TIMESTAMPTZ(3) DEFAULT clock_timestamp(),
    "answer" JSONB,

    CONSTRAINT "idempotency_keys_pkey" PRIMARY KEY ("owner", "operation", "key")
);

CREATE INDEX "idempotency_keys_first_used_at_idx" ON "idempotency_keys"("first_used_at");
