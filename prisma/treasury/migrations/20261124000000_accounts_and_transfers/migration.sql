-- Double entry. What the application promises, these tables hold by themselves: no balance but the sum of its
-- postings, no transfer whose postings do not add up to zero, no customer below zero, nothing written that changes.

CREATE TYPE "account_kind" AS ENUM ('customer', 'vault');
CREATE TYPE "currency" AS ENUM ('CHF', 'EUR', 'GBP', 'JPY', 'SEK', 'USD');

CREATE TABLE "accounts" (
    "id" UUID NOT NULL,
    "owner_id" UUID,
    "kind" "account_kind" NOT NULL DEFAULT 'customer',
    "currency" "currency" NOT NULL,
    "name" VARCHAR(80) NOT NULL,
    "balance" BIGINT NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "accounts_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "accounts_vault_has_no_owner" CHECK (("kind" = 'vault') = ("owner_id" IS NULL)),
    CONSTRAINT "accounts_customer_not_below_zero" CHECK ("kind" = 'vault' OR "balance" >= 0),
    -- Less than 2^53, so that a balance is exact as a JSON number.
    CONSTRAINT "accounts_balance_limit" CHECK ("balance" BETWEEN -9000000000000000 AND 9000000000000000)
);

CREATE TABLE "transfers" (
    "id" UUID NOT NULL,
    "currency" "currency" NOT NULL,
    "memo" VARCHAR(140),
    "created_by" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "transfers_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "postings" (
    "transfer_id" UUID NOT NULL,
    "account_id" UUID NOT NULL,
    "currency" "currency" NOT NULL,
    "amount" BIGINT NOT NULL,

    CONSTRAINT "postings_pkey" PRIMARY KEY ("transfer_id", "account_id"),
    CONSTRAINT "postings_amount_not_zero" CHECK ("amount" <> 0)
);

CREATE INDEX "accounts_owner_id_id_idx" ON "accounts"("owner_id", "id");
CREATE INDEX "postings_account_id_transfer_id_idx" ON "postings"("account_id", "transfer_id");
CREATE UNIQUE INDEX "accounts_one_vault_per_currency" ON "accounts"("currency") WHERE "kind" = 'vault';

-- The currency is part of both keys: money cannot be posted to an account of another currency.
CREATE UNIQUE INDEX "accounts_id_currency_key" ON "accounts"("id", "currency");
CREATE UNIQUE INDEX "transfers_id_currency_key" ON "transfers"("id", "currency");
ALTER TABLE "postings" ADD CONSTRAINT "postings_transfer_id_currency_fkey"
    FOREIGN KEY ("transfer_id", "currency") REFERENCES "transfers"("id", "currency") ON DELETE RESTRICT ON UPDATE RESTRICT;
ALTER TABLE "postings" ADD CONSTRAINT "postings_account_id_currency_fkey"
    FOREIGN KEY ("account_id", "currency") REFERENCES "accounts"("id", "currency") ON DELETE RESTRICT ON UPDATE RESTRICT;

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% of % refused: %', TG_OP, TG_TABLE_NAME, TG_ARGV[0] USING ERRCODE = 'restrict_violation';
END $$;

-- A balance follows its postings, and nothing else may move it (inside another trigger the depth is 1).
CREATE FUNCTION post_to_account() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE accounts SET balance = balance + NEW.amount WHERE id = NEW.account_id;
    RETURN NULL;
END $$;

CREATE TRIGGER "postings_move_balance" AFTER INSERT ON "postings"
    FOR EACH ROW EXECUTE FUNCTION post_to_account();

CREATE TRIGGER "accounts_balance_by_posting_alone" BEFORE UPDATE ON "accounts"
    FOR EACH ROW WHEN (OLD.balance <> NEW.balance AND pg_trigger_depth() = 0)
    EXECUTE FUNCTION refuse_change('a balance changes by postings alone');

CREATE TRIGGER "accounts_open_empty" BEFORE INSERT ON "accounts"
    FOR EACH ROW WHEN (NEW.balance <> 0)
    EXECUTE FUNCTION refuse_change('an account begins with nothing');

CREATE TRIGGER "accounts_keep_identity" BEFORE UPDATE ON "accounts"
    FOR EACH ROW WHEN ((OLD.id, OLD.owner_id, OLD.kind, OLD.currency) IS DISTINCT FROM (NEW.id, NEW.owner_id, NEW.kind, NEW.currency))
    EXECUTE FUNCTION refuse_change('an account keeps its id, owner, kind and currency');

CREATE TRIGGER "transfers_are_final" BEFORE UPDATE OR DELETE ON "transfers"
    FOR EACH ROW EXECUTE FUNCTION refuse_change('what is booked stays; book a transfer back');
CREATE TRIGGER "postings_are_final" BEFORE UPDATE OR DELETE ON "postings"
    FOR EACH ROW EXECUTE FUNCTION refuse_change('what is booked stays; book a transfer back');
CREATE TRIGGER "accounts_stay" BEFORE TRUNCATE ON "accounts"
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('accounts cannot be emptied at once');
CREATE TRIGGER "transfers_stay" BEFORE TRUNCATE ON "transfers"
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('what is booked stays');
CREATE TRIGGER "postings_stay" BEFORE TRUNCATE ON "postings"
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('what is booked stays');

-- Looked at when the transaction commits, when all postings of the transfer are there. On both tables: a transfer
-- without postings is as wrong as a posting added to a transfer of yesterday.
CREATE FUNCTION require_balanced_transfer() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    transfer UUID := CASE TG_TABLE_NAME WHEN 'transfers' THEN to_jsonb(NEW) ->> 'id' ELSE to_jsonb(NEW) ->> 'transfer_id' END;
BEGIN
    IF (SELECT count(*) < 2 OR sum(amount) <> 0 FROM postings WHERE transfer_id = transfer) THEN
        RAISE EXCEPTION 'the postings of transfer % do not add up to zero', transfer USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER "transfers_balanced" AFTER INSERT ON "transfers" DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION require_balanced_transfer();
CREATE CONSTRAINT TRIGGER "postings_balanced" AFTER INSERT ON "postings" DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION require_balanced_transfer();

-- One vault a currency, with the same id in every installation: money comes from it and goes back to it.
INSERT INTO "accounts" ("id", "kind", "currency", "name") VALUES
    ('00000000-0000-7000-8000-000000000001', 'vault', 'CHF', 'Vault CHF'),
    ('00000000-0000-7000-8000-000000000002', 'vault', 'EUR', 'Vault EUR'),
    ('00000000-0000-7000-8000-000000000003', 'vault', 'GBP', 'Vault GBP'),
    ('00000000-0000-7000-8000-000000000004', 'vault', 'JPY', 'Vault JPY'),
    ('00000000-0000-7000-8000-000000000005', 'vault', 'SEK', 'Vault SEK'),
    ('00000000-0000-7000-8000-000000000006', 'vault', 'USD', 'Vault USD');
