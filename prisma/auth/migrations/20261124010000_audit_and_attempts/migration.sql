CREATE TYPE "outcome" AS ENUM ('success', 'failure');

CREATE TABLE "events" (
    "id" BIGSERIAL NOT NULL,
    "event_id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "type" VARCHAR(64) NOT NULL,
    "outcome" "outcome" NOT NULL,
    "actor" VARCHAR(255),
    "subject" VARCHAR(255),
    "session" UUID,
    "address" VARCHAR(64),
    "service" VARCHAR(32) NOT NULL DEFAULT 'auth',
    "detail" JSONB NOT NULL DEFAULT '{}',
    "occurred_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "published_at" TIMESTAMPTZ(3),
    CONSTRAINT "events_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "events_event_id_key" ON "events"("event_id");
CREATE INDEX "events_subject_id_idx" ON "events"("subject", "id");
CREATE INDEX "events_type_id_idx" ON "events"("type", "id");
-- What the relay looks for is a handful of rows in a table that only grows.
CREATE INDEX "events_unpublished_idx" ON "events"("id") WHERE "published_at" IS NULL;
-- A trail that can be rewritten proves nothing: only the mark of publication may change.
CREATE FUNCTION "events_are_append_only"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - 'published_at' = to_jsonb(OLD) - 'published_at' THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'events are append-only';
END $$;
CREATE TRIGGER "events_append_only" BEFORE UPDATE OR DELETE ON "events"
  FOR EACH ROW EXECUTE FUNCTION "events_are_append_only"();

CREATE TABLE "attempts" (
    "key" VARCHAR(160) NOT NULL,
    "failures" INTEGER NOT NULL DEFAULT 0,
    "blocked_until" TIMESTAMPTZ(3),
    "admitted" UUID NOT NULL,
    "last_at" TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT "attempts_pkey" PRIMARY KEY ("key")
);
CREATE INDEX "attempts_last_at_idx" ON "attempts"("last_at");
