-- Each posting keeps the balance that it left, and a moment that no other posting of its account has: the order of a
-- statement, its pages and its dates are one index.
ALTER TABLE "accounts" ADD COLUMN "last_booked_at" TIMESTAMPTZ(6);
ALTER TABLE "postings" ADD COLUMN "booked_at" TIMESTAMPTZ(6), ADD COLUMN "balance" BIGINT;

ALTER TABLE "postings" DISABLE TRIGGER "postings_are_final";
UPDATE "postings" SET "booked_at" = earlier."booked_at", "balance" = earlier."balance"
FROM (
    SELECT p."transfer_id", p."account_id",
           t."created_at" + (row_number() OVER (PARTITION BY p."account_id", t."created_at" ORDER BY t."id") - 1)
               * INTERVAL '1 microsecond' AS "booked_at",
           sum(p."amount") OVER (PARTITION BY p."account_id" ORDER BY t."created_at", t."id" ROWS UNBOUNDED PRECEDING) AS "balance"
    FROM "postings" p JOIN "transfers" t ON t."id" = p."transfer_id"
) earlier
WHERE earlier."transfer_id" = "postings"."transfer_id" AND earlier."account_id" = "postings"."account_id";
ALTER TABLE "postings" ENABLE TRIGGER "postings_are_final";
UPDATE "accounts" SET "last_booked_at" = (SELECT max("booked_at") FROM "postings" WHERE "account_id" = "accounts"."id");

ALTER TABLE "postings" ALTER COLUMN "booked_at" SET NOT NULL, ALTER COLUMN "balance" SET NOT NULL;
CREATE UNIQUE INDEX "postings_account_id_booked_at_key" ON "postings"("account_id", "booked_at");
DROP INDEX "postings_account_id_transfer_id_idx";
CREATE INDEX "transfers_created_by_created_at_id_idx" ON "transfers"("created_by", "created_at", "id");
CREATE INDEX "transfers_created_at_id_idx" ON "transfers"("created_at", "id");

-- Under the lock on the account, so that moment and balance are those of this posting. A clock that is set back does
-- not change the order.
CREATE OR REPLACE FUNCTION post_to_account() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE public.accounts
    SET balance = balance + NEW.amount,
        last_booked_at = GREATEST(clock_timestamp(), last_booked_at + INTERVAL '1 microsecond')
    WHERE id = NEW.account_id AND state = 'open'
    RETURNING balance, last_booked_at INTO NEW.balance, NEW.booked_at;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'account % is not open', NEW.account_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER "postings_move_balance" ON "postings";
CREATE TRIGGER "postings_move_balance" BEFORE INSERT ON "postings"
    FOR EACH ROW EXECUTE FUNCTION post_to_account();
