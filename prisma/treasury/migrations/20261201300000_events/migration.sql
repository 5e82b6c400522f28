-- What the treasury has to tell, until the stream of events has it: see libs/platform/src/events.
CREATE TABLE "outbox" (
    "id" BIGSERIAL NOT NULL,
    "event_id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "subject" VARCHAR(160) NOT NULL,
    "payload" JSONB NOT NULL,

    CONSTRAINT "outbox_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "outbox_event_id_key" ON "outbox"("event_id");

-- Which events have taken effect here, and those that could not: see libs/platform/src/events.
CREATE TABLE "inbox" (
    "consumer" VARCHAR(160) NOT NULL,
    "event_id" UUID NOT NULL,
    "handled_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "inbox_pkey" PRIMARY KEY ("consumer", "event_id")
);
CREATE INDEX "inbox_handled_at_idx" ON "inbox"("handled_at");

CREATE TABLE "dead_letters" (
    "consumer" VARCHAR(160) NOT NULL,
    "event_id" UUID NOT NULL,
    "payload" TEXT NOT NULL,
    "reason" VARCHAR(500) NOT NULL,
    "failed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "replay" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "dead_letters_pkey" PRIMARY KEY ("consumer", "event_id")
);

-- Whatever moves money tells of it, in the same transaction. The debited side is one posting, and there is one for each
-- transfer; both are there when this runs, at the end of the statement.
CREATE FUNCTION tell_of_transfer() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO public.outbox (subject, payload)
    SELECT 'events.treasury.transfer-settled', jsonb_build_object(
        'id', t.id, 'from', NEW.account_id, 'to', credited.account_id, 'amount', credited.amount, 'currency', t.currency,
        'memo', t.memo, 'payer', debited.owner_id, 'createdBy', t.created_by,
        'settledAt', to_char(NEW.booked_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
    FROM public.transfers t
    JOIN public.accounts debited ON debited.id = NEW.account_id
    JOIN public.postings credited ON credited.transfer_id = t.id AND credited.amount > 0
    WHERE t.id = NEW.transfer_id;
    RETURN NULL;
END $$;
CREATE TRIGGER "postings_are_told" AFTER INSERT ON "postings"
    FOR EACH ROW WHEN (NEW.amount < 0) EXECUTE FUNCTION tell_of_transfer();
