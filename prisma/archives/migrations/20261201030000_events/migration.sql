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

-- A transfer of the treasury that a document belongs to; whoever files it may see that transfer.
ALTER TABLE "documents" ADD COLUMN "transfer_id" UUID;

-- A document gets another owner when its owner was deleted, by hand_documents_over and in no other way: the service may not
-- write the column, and the owner of the table does not do so by mistake.
DROP TRIGGER "documents_keep_identity" ON "documents";
CREATE TRIGGER "documents_keep_identity" BEFORE UPDATE ON "documents"
    FOR EACH ROW WHEN ((OLD.id, OLD.created_at, OLD.transfer_id) IS DISTINCT FROM (NEW.id, NEW.created_at, NEW.transfer_id)
        OR (OLD.owner_id <> NEW.owner_id AND current_setting('citadel.handing_over', true) IS DISTINCT FROM 'on'))
    EXECUTE FUNCTION refuse_change('a document keeps its id, owner, birth and transfer');

-- What the successor stores then may be beyond the 64 MiB of one owner: it may stay and shrink, see count_stored_bytes.
CREATE FUNCTION hand_documents_over(former UUID, successor UUID, at_most INTEGER) RETURNS INTEGER LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    count INTEGER;
    total BIGINT;
BEGIN
    PERFORM set_config('citadel.handing_over', 'on', true);
    WITH handed AS (
        UPDATE public.documents SET owner_id = successor
        WHERE id IN (SELECT id FROM public.documents WHERE owner_id = former ORDER BY id LIMIT at_most FOR UPDATE)
        RETURNING bytes
    ) SELECT count(*), COALESCE(sum(bytes), 0) INTO count, total FROM handed;
    PERFORM set_config('citadel.handing_over', 'off', true);
    UPDATE public.holdings SET bytes = bytes - total WHERE owner_id = former;
    INSERT INTO public.holdings AS held (owner_id, bytes) VALUES (successor, total)
        ON CONFLICT (owner_id) DO UPDATE SET bytes = held.bytes + total;
    RETURN count;
END $$;
